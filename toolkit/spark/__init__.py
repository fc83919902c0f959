"""A release on Spark, for records that one machine does not hold: the same views and rules.

Tables come from the Parquet files; SQLGlot turns the SQL of DuckDB into that of Spark.
"""
