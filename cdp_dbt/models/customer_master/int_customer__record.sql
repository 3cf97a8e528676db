select
    source_record_id, source_system, source_object, source_id, record_type,
    full_name, first_name, last_name, company_name,
    email, phone, website, tax_id, birth_date, device_id,
    street, city, region, postal_code, country,
    created_at, updated_at
from {{ ref('party') }}
