"""Words of business life: what firms are called, what they do, what people's jobs and our products are called.

Here: lists only. Not here: who is called what (`companies`, `people`, `staff`).
"""

FRONTS = """North South East West Blue Red Silver Golden Green Bright Clear Deep High True Iron Stone Oak Cedar Maple Falcon Eagle
    Wolf Fox Bear Swift River Lake Harbor Summit Ridge Valley Coast Delta Alpha Nova Stella Luna Sol Terra Aero Hydro Inter Trans
    Omni Meta Quant Prime Core Apex Vertex Zen Vita Medi Agri Equi Fern Hal Kin Lum Mar Nex Orb Pax Quor Ver Sal Tor Ulm Vel Wex Yar
    Arden Brom Caro Dun Elder""".split()
ENDS = """gate bridge water field stone wood path point view line mark bay ford haven crest peak forge works wave wind light sight
    spring leaf root stream land ton worth well mere is on ix ara ent ium ora exa ade ion ive ura elle ance ant eo ist yx ona""".split()
"""A front joined to an end is an invented brand, such as Silverbridge."""

NOUNS = {
    "en": """Logistics Foods Consulting Software Systems Manufacturing Engineering Healthcare Pharma Insurance Bank Capital
        Partners Energy Retail Stores Travel Hotels Media Studios Design Construction Builders Properties Packaging Plastics
        Chemicals Automotive Motors Freight Shipping Analytics Networks Telecom Electronics Robotics Labs Diagnostics Dental
        Education Academy Recruiting Legal Accounting Security Cleaning Catering Brewing Farms Textiles Furniture Printing
        Technologies Solutions Services Group Holdings Industries International Trading Supply Tools""".split(),
    "de": """Logistik Maschinenbau Software Beratung Bau Elektrotechnik Metallbau Transporte Lebensmittel Bäckerei Druck Möbel
        Handel Technik Systeme Immobilien Versicherungen Pharma Chemie Energie Spedition Medizintechnik Automobile Werkzeuge
        Verpackungen Textil Brauerei Gebäudereinigung Personal Medien Holzbau Sanitär Anlagenbau Dienstleistungen Gruppe""".split(),
    "fr": """Logistique Conseil Transports Bâtiment Informatique Distribution Industrie Énergie Assurances Immobilier Boulangerie
        Traiteur Santé Pharma Textile Mobilier Imprimerie Mécanique Électronique Sécurité Services Médias Formation Viticole
        Développement Ingénierie Solutions Groupe Participations Matériaux""".split(),
    "es": """Logística Consultores Transportes Construcciones Informática Distribuciones Industrias Energía Seguros Inmobiliaria
        Alimentación Salud Farma Textil Muebles Gráficas Mecánica Electrónica Seguridad Servicios Formación Bodegas
        Desarrollo Ingeniería Soluciones Grupo Gestión Materiales""".split(),
    "it": """Logistica Consulenza Trasporti Costruzioni Informatica Distribuzione Industrie Energia Assicurazioni Immobiliare
        Alimentari Salute Farmaceutici Tessile Arredamenti Grafica Meccanica Elettronica Sicurezza Servizi Formazione Vini
        Sviluppo Ingegneria Soluzioni Gruppo Impianti Ceramiche""".split(),
    "nl": """Logistiek Advies Transport Bouw Automatisering Handel Techniek Energie Verzekeringen Vastgoed Bakkerij Horeca Zorg
        Farma Textiel Meubelen Drukkerij Installatie Elektra Beveiliging Diensten Media Opleidingen Kwekerij Ontwikkeling
        Ingenieurs Groep Holding Materialen Schoonmaak""".split(),
    "sv": """Logistik Konsult Transport Bygg Data Handel Teknik Energi Försäkring Fastigheter Bageri Vård Läkemedel Textil Möbler
        Tryckeri Verkstad Elektronik Säkerhet Tjänster Media Utbildning Utveckling Ingenjörer Gruppen Invest Design""".split(),
}  # fmt: skip
"""Language -> what firms do, as the second part of their names."""

DIVISIONS = """Services Logistics International Europe Americas Digital Finance Ventures Healthcare Retail Solutions Technologies North
    South East West Nordic Iberia Benelux""".split()
"""What a parent adds to its own name for a subsidiary."""

ABBREVIATIONS = {
    "International": "Intl", "Manufacturing": "Mfg", "Services": "Svcs", "Technologies": "Tech", "Engineering": "Eng",
    "Construction": "Constr.", "Consulting": "Consult.", "Solutions": "Sol.", "Group": "Grp", "Industries": "Ind.",
    "Holdings": "Hldgs", "Systems": "Sys", "Properties": "Props", "Gebäudereinigung": "Gebäudereinig.",
    "Dienstleistungen": "Dienstl.", "Construcciones": "Constr.", "Costruzioni": "Costr.", "Transports": "Transp.",
    "Transportes": "Tptes", "Trasporti": "Trasp.", "Ingénierie": "Ing.", "Ingeniería": "Ing.", "Ingegneria": "Ing.",
}  # fmt: skip

INDUSTRIES = [
    "Manufacturing", "Technology", "Healthcare", "Financial Services", "Retail", "Logistics", "Construction", "Hospitality",
    "Education", "Professional Services", "Energy", "Media", "Real Estate", "Public Sector",
]  # fmt: skip

TITLES = [
    "HR Manager", "HR Director", "People Operations Lead", "Benefits Administrator", "Payroll Manager", "Office Manager",
    "Chief Financial Officer", "Controller", "Accountant", "Chief Executive Officer", "Chief Operating Officer", "IT Manager",
    "Team Lead", "Operations Manager", "Recruiter", "Procurement Manager", "Compliance Officer", "Consultant", "Engineer", "Analyst",
]  # fmt: skip

BILLING_LOCALS = ["billing", "accounts", "ap", "invoices", "finance", "accounting", "office", "payables"]
SHARED_LOCALS = ["info", "office", "contact", "hello", "hr"]
BOOKKEEPERS = [
    "ledgerline.com", "tallyandco.co.uk", "buchhaltung-nord.de", "comptaplus.fr", "numbersmith.com", "openbooks.ie",
    "kontorhaus.de", "gestoria-sol.es", "bilancio-studio.it", "cleancount.ca",
]  # fmt: skip
"""Firms that keep the books of many small companies: one billing address for all of their clients."""
