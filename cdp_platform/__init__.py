"""A customer data platform as a Dagster asset graph."""
