"""Every check that is not a dbt test, one module per kind of question asked of the data."""
