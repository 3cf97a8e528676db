"""Countries of the synthetic company: cities, streets, and how each writes phones, postal codes, tax ids and legal forms.

Here: `COUNTRIES`, one entry per country. Numbers follow each country's form; they are invented. Not here: drawing them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """How one country writes things.

    `names`: language of names -> weight. `cities`: city|region|leading digits of postal code. `postal`, `tax`: `#` a digit,
    `@` a letter, anything else itself; in `postal` the city's digits replace the first signs. `areas`: area codes.
    `streets`: words and endings; `street_form` joins them. `legal`: forms, each with its spellings, the official one first.
    """

    code: str
    currency: str
    names: dict[str, float]
    cities: str
    postal: str
    phone_code: str
    trunk: str
    phone_digits: int
    areas: str
    tax: str
    street_form: str
    domain: str
    mail: str
    legal: str
    words: str

    def legal_forms(self) -> list[list[str]]:
        """Legal forms, commonest first, each a list of spellings."""
        return [form.split("/") for form in self.legal.split(";")]


_EN_LEGAL = "Limited/Ltd/Ltd./LTD;PLC/plc/P.L.C.;LLP/L.L.P."
_GMBH = "GmbH/Gmbh/G.m.b.H./Gesellschaft mbH;GmbH & Co. KG/GmbH & Co KG/GmbH u. Co. KG;AG/Aktiengesellschaft;e.K./eK"

COUNTRIES = {
    country.code: country
    for country in (
        Country("US", "USD", {"en": 0.8, "es": 0.12, "in": 0.08},
            "New York|NY|100;Chicago|IL|606;Houston|TX|770;Phoenix|AZ|850;Philadelphia|PA|191;Austin|TX|787;Columbus|OH|432;"
            "Denver|CO|802;Boston|MA|021;Seattle|WA|981;Nashville|TN|372;Portland|OR|972;Atlanta|GA|303;Miami|FL|331;"
            "Minneapolis|MN|554;San Diego|CA|921;Springfield|IL|627;Salt Lake City|UT|841;Charlotte|NC|282;Madison|WI|537",
            "#####", "1", "", 10, "212 312 713 602 215 512 614 303 617 206 615 503 404 305 612 619 217 801 704 608",
            "##-#######", "n w", "com com com com net io", "gmail.com gmail.com yahoo.com outlook.com aol.com icloud.com",
            "Inc./Inc/Incorporated/, Inc.;LLC/L.L.C./Llc;Corp./Corporation/Corp;Co./Company", "en"),
        Country("GB", "GBP", {"en": 0.86, "in": 0.14},
            "London|Greater London|EC;Manchester|Greater Manchester|M1;Birmingham|West Midlands|B2;Leeds|West Yorkshire|LS;"
            "Bristol|Avon|BS;Glasgow|Scotland|G2;Cardiff|Wales|CF;Sheffield|South Yorkshire|S1;Norwich|Norfolk|NR;York|North "
            "Yorkshire|YO;Exeter|Devon|EX;Reading|Berkshire|RG", "@@# #@@", "44", "0", 10, "20 161 121 113 117 141 292 114",
            "GB#########", "n w", "co.uk co.uk co.uk com com", "gmail.com hotmail.co.uk btinternet.com outlook.com yahoo.co.uk",
            _EN_LEGAL, "en"),
        Country("IE", "EUR", {"en": 1}, "Dublin|Leinster|D02;Cork|Munster|T12;Galway|Connacht|H91;Limerick|Munster|V94",
            "@## @#@#", "353", "0", 9, "1 21 91 61", "IE#######@", "n w", "ie ie com", "gmail.com eircom.net outlook.ie",
            "Limited/Ltd/Ltd.;DAC/Designated Activity Company;PLC/plc", "en"),
        Country("CA", "CAD", {"en": 0.68, "fr": 0.2, "in": 0.12},
            "Toronto|ON|M5V;Montréal|QC|H2X;Vancouver|BC|V6B;Calgary|AB|T2P;Ottawa|ON|K1P;Winnipeg|MB|R3C;Halifax|NS|B3J",
            "@#@ #@#", "1", "", 10, "416 514 604 403 613 204 902", "#########RT0001", "n w", "ca ca com",
            "gmail.com hotmail.com rogers.com bell.net", "Inc./Inc/Incorporated;Ltd./Ltd/Limited;Corp./Corporation", "en"),
        Country("AU", "AUD", {"en": 0.85, "in": 0.15},
            "Sydney|NSW|20;Melbourne|VIC|30;Brisbane|QLD|40;Perth|WA|60;Adelaide|SA|50;Hobart|TAS|70", "####", "61", "0", 9,
            "2 3 7 8", "## ### ### ###", "n w", "com.au com.au com", "gmail.com bigpond.com outlook.com",
            "Pty Ltd/Pty. Ltd./Pty Limited/Proprietary Limited;Ltd/Limited", "en"),
        Country("DE", "EUR", {"de": 0.93, "en": 0.03, "es": 0.04},
            "Berlin|Berlin|10;Hamburg|Hamburg|20;München|Bayern|80;Köln|Nordrhein-Westfalen|50;Frankfurt am Main|Hessen|60;"
            "Stuttgart|Baden-Württemberg|70;Düsseldorf|Nordrhein-Westfalen|40;Leipzig|Sachsen|04;Nürnberg|Bayern|90;Bremen|"
            "Bremen|28;Hannover|Niedersachsen|30;Dresden|Sachsen|01", "#####", "49", "0", 10,
            "30 40 89 221 69 711 211 341 911 421 511 351", "DE#########", "wn", "de de de com",
            "gmx.de web.de t-online.de gmail.com gmail.com", _GMBH, "de"),
        Country("AT", "EUR", {"de": 1}, "Wien|Wien|10;Graz|Steiermark|80;Linz|Oberösterreich|40;Salzburg|Salzburg|50",
            "####", "43", "0", 9, "1 316 732 662", "ATU########", "wn", "at at com", "gmx.at gmail.com aon.at", _GMBH, "de"),
        Country("CH", "CHF", {"de": 0.65, "fr": 0.25, "it": 0.1},
            "Zürich|ZH|80;Genève|GE|12;Basel|BS|40;Bern|BE|30;Lausanne|VD|10;Luzern|LU|60", "####", "41", "0", 9,
            "44 22 61 31 21 41", "CHE-###.###.###", "wn", "ch ch com", "bluewin.ch gmail.com gmx.ch",
            "AG/SA/Aktiengesellschaft;GmbH/Sàrl/Gmbh", "de"),
        Country("FR", "EUR", {"fr": 0.95, "es": 0.05},
            "Paris|Île-de-France|75;Lyon|Auvergne-Rhône-Alpes|69;Marseille|Provence-Alpes-Côte d'Azur|13;Toulouse|Occitanie|31;"
            "Nantes|Pays de la Loire|44;Bordeaux|Nouvelle-Aquitaine|33;Lille|Hauts-de-France|59;Strasbourg|Grand Est|67;"
            "Rennes|Bretagne|35;Nice|Provence-Alpes-Côte d'Azur|06", "#####", "33", "0", 9, "1 4 5 3 2",
            "FR###########", "n w", "fr fr fr com", "gmail.com orange.fr free.fr laposte.net wanadoo.fr",
            "SARL/S.A.R.L./Sarl;SAS/S.A.S.;SA/S.A.;EURL/E.U.R.L.", "fr"),
        Country("BE", "EUR", {"nl": 0.58, "fr": 0.42}, "Bruxelles|Bruxelles|10;Antwerpen|Vlaanderen|20;Gent|Vlaanderen|90;"
            "Liège|Wallonie|40;Leuven|Vlaanderen|30", "####", "32", "0", 9, "2 3 9 4", "BE0#########", "n w", "be be com",
            "gmail.com telenet.be skynet.be", "SRL/BV/S.R.L.;SA/NV/S.A./N.V.", "fr"),
        Country("ES", "EUR", {"es": 1}, "Madrid|Madrid|28;Barcelona|Cataluña|08;Valencia|Comunidad Valenciana|46;Sevilla|"
            "Andalucía|41;Zaragoza|Aragón|50;Málaga|Andalucía|29;Bilbao|País Vasco|48;Murcia|Murcia|30", "#####", "34", "", 9,
            "91 93 96 95 97 94", "@########", "n w", "es es com", "gmail.com hotmail.com hotmail.es telefonica.net",
            "S.L./SL/Sociedad Limitada/S.L;S.A./SA/Sociedad Anónima;S.L.U./SLU", "es"),
        Country("IT", "EUR", {"it": 1}, "Milano|Lombardia|20;Roma|Lazio|00;Torino|Piemonte|10;Napoli|Campania|80;Bologna|"
            "Emilia-Romagna|40;Firenze|Toscana|50;Verona|Veneto|37;Bari|Puglia|70", "#####", "39", "", 10, "02 06 011 081 051",
            "IT###########", "n w", "it it it com", "gmail.com libero.it hotmail.it tiscali.it",
            "S.r.l./Srl/SRL/S.R.L.;S.p.A./SpA/SPA;S.n.c./Snc", "it"),
        Country("NL", "EUR", {"nl": 0.94, "in": 0.06}, "Amsterdam|Noord-Holland|10;Rotterdam|Zuid-Holland|30;Utrecht|Utrecht|35;"
            "Eindhoven|Noord-Brabant|56;Den Haag|Zuid-Holland|25;Groningen|Groningen|97;Maastricht|Limburg|62", "#### @@", "31",
            "0", 9, "20 10 30 40 70 50", "NL#########B01", "wn", "nl nl nl com", "gmail.com ziggo.nl kpnmail.nl hotmail.nl",
            "B.V./BV/Besloten Vennootschap/B.V;N.V./NV;V.O.F./VOF", "nl"),
        Country("SE", "SEK", {"sv": 1}, "Stockholm|Stockholm|11;Göteborg|Västra Götaland|41;Malmö|Skåne|21;Uppsala|Uppsala|75",
            "### ##", "46", "0", 9, "8 31 40 18", "SE##########01", "wn", "se se com", "gmail.com telia.com hotmail.se",
            "AB/Aktiebolag/A.B.;HB/Handelsbolag", "sv"),
        Country("DK", "DKK", {"sv": 1}, "København|Hovedstaden|10;Aarhus|Midtjylland|80;Odense|Syddanmark|50", "####", "45",
            "", 8, "33 86 65 70", "DK########", "wn", "dk dk com", "gmail.com hotmail.dk mail.dk",
            "A/S/AS/Aktieselskab;ApS/Aps/Anpartsselskab", "sv"),
    )
}  # fmt: skip

DEFAULT_LOCALES = {
    "US": 0.44, "GB": 0.13, "DE": 0.10, "FR": 0.07, "CA": 0.06, "NL": 0.04, "ES": 0.04, "IT": 0.03, "AU": 0.03,
    "CH": 0.015, "AT": 0.01, "BE": 0.01, "IE": 0.01, "SE": 0.01, "DK": 0.005,
}  # fmt: skip
"""Country -> share of companies and people."""

STREETS = {
    "en": ("Main Oak Maple Cedar Park Elm Lake Hill Church Mill Station High Victoria Queen King Washington Lincoln Market Bridge "
           "River Spring Garden Orchard Meadow Forest Chestnut Willow Union Franklin Harbor Abbey Canal Foundry Prospect",
           "Street Street Avenue Road Road Lane Drive Way Court Boulevard Place Close"),
    "de": ("Haupt Bahnhof Garten Schul Berg Linden Kirch Wald Ring Wiesen Mühlen Goethe Schiller Mozart Rosen Feld Markt Brunnen "
           "Industrie Eichen Sonnen Hafen Kasernen", "straße straße straße weg gasse allee platz"),
    "fr": ("de_la_République Victor_Hugo de_la_Gare des_Écoles du_Moulin de_l'Église Jean_Jaurès Pasteur des_Lilas de_Paris du_Port "
           "de_la_Liberté Voltaire des_Fleurs du_Château de_Verdun", "rue rue rue avenue boulevard place impasse"),
    "es": ("Mayor de_la_Constitución Real de_Alcalá San_Juan Gran_Vía de_la_Paz del_Sol Cervantes de_Goya Colón de_Aragón Nueva "
           "de_las_Flores Santa_Ana del_Carmen", "Calle Calle Calle Avenida Plaza Paseo"),
    "it": ("Roma Garibaldi Mazzini Dante Cavour Verdi Marconi Matteotti della_Repubblica San_Marco dei_Mille Galilei Manzoni "
           "della_Libertà Leopardi", "Via Via Via Corso Piazza Viale"),
    "nl": ("Kerk Dorps School Molen Stations Nieuw Wilhelmina Juliana Beatrix Prins Haven Linden Eiken Markt Oranje Zonne Koning",
           "straat straat weg laan plein kade"),
    "sv": ("Stor Kungs Drottning Skol Kyrko Park Björk Järnvägs Hamn Nygatans Ring Vest Øster Skov", "gatan vägen gade vej"),
}  # fmt: skip
"""Language -> street words (`_` is a blank) and street types."""
