"""``toolkit explain`` and ``toolkit rules``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import completion
from toolkit.cli.options import package_argument

if TYPE_CHECKING:
    from toolkit.findings import Rule


def _rules(package: Path) -> dict[str, Rule]:
    """Return the built-in rules and those of the package, by code."""
    from toolkit.findings import builtin_rules
    from toolkit.package import load_package

    loaded, _ = load_package(package)
    own = [row.rule for row in loaded.row_rules] + [query.rule for query in loaded.query_rules]
    return builtin_rules() | {rule.code: rule for rule in sorted(own, key=lambda rule: rule.code)}


@click.command()
@click.argument("code", shell_complete=completion.rules)
@click.option(
    "--package",
    type=click.Path(exists=True, path_type=Path),
    default=Path(),
    help="The package whose own rules count as well; the current folder when left out.",
)
def explain(code: str, package: Path) -> None:
    """Print the page of a rule: what it checks, why, examples, how to mend it."""
    from difflib import get_close_matches

    from toolkit.package import find_descriptor
    from toolkit.render import render_page

    rules = _rules(package)
    by_name = {rule.name: rule for rule in rules.values()}
    rule = rules.get(code.upper()) or by_name.get(code.lower())
    if rule is None:
        close = get_close_matches(code.upper(), rules, n=1) or get_close_matches(code, by_name, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        if not find_descriptor(package).is_file():
            hint += " Rules of a package are found in its folder, or with --package."
        raise click.BadParameter(
            f"no rule {code}.{hint} `toolkit rules` lists them.", param_hint="CODE"
        )
    click.echo(render_page(rule), nl=False)


@click.command("rules")
@package_argument
def rules(package: Path) -> None:
    """List every rule, the toolkit's own and those of PACKAGE."""
    from toolkit.render import render_rules

    click.echo(render_rules(_rules(package).values()), nl=False)
