-- title: Days
-- row: An event.
-- caveats: None.
select content
from read_text('/etc/hostname')
