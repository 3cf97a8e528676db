"""Countries of the synthetic company: cities, streets, and how each writes phones, postal codes, tax ids and legal
forms.

Here: `COUNTRIES`, one entry per country. Numbers follow each country's form; they are invented. Not here: drawing
them.
"""

from cdp_platform.simulator.words.country import Country

COUNTRIES = {
    country.code: country
    for country in (
        Country(
            code="US", currency="USD", words="en", names={"en": 0.8, "es": 0.12, "in": 0.08}, phone_code="1",
            trunk="", phone_digits=10, areas="212 312 713 602 215 512 614 303 617 206 615 503 404 305 612 619 217 801 704 608", postal="#####", tax="##-#######",
            domain="com com com com net io", mail="gmail.com gmail.com yahoo.com outlook.com aol.com icloud.com",
            legal="Inc.|Inc|Incorporated|, Inc.;LLC|L.L.C.|Llc;Corp.|Corporation|Corp;Co.|Company",
            cities="New York|NY|100;Chicago|IL|606;Houston|TX|770;Phoenix|AZ|850;Philadelphia|PA|191;Austin|TX|787;Columbus|OH|432;Denver|CO|802;Boston|MA|021;Seattle|WA|981;Nashville|TN|372;Portland|OR|972;Atlanta|GA|303;Miami|FL|331;Minneapolis|MN|554;San Diego|CA|921;Springfield|IL|627;Salt Lake City|UT|841;Charlotte|NC|282;Madison|WI|537",
        ),
        Country(
            code="GB", currency="GBP", words="en", names={"en": 0.86, "in": 0.14}, phone_code="44",
            trunk="0", phone_digits=10, areas="20 161 121 113 117 141 292 114", postal="@@# #@@", tax="GB#########",
            domain="co.uk co.uk co.uk com com", mail="gmail.com hotmail.co.uk btinternet.com outlook.com yahoo.co.uk",
            legal="Limited|Ltd|Ltd.|LTD;PLC|plc|P.L.C.;LLP|L.L.P.",
            cities="London|Greater London|EC;Manchester|Greater Manchester|M1;Birmingham|West Midlands|B2;Leeds|West Yorkshire|LS;Bristol|Avon|BS;Glasgow|Scotland|G2;Cardiff|Wales|CF;Sheffield|South Yorkshire|S1;Norwich|Norfolk|NR;York|North Yorkshire|YO;Exeter|Devon|EX;Reading|Berkshire|RG",
        ),
        Country(
            code="IE", currency="EUR", words="en", names={"en": 1}, phone_code="353",
            trunk="0", phone_digits=9, areas="1 21 91 61", postal="@## @#@#", tax="IE#######@",
            domain="ie ie com", mail="gmail.com eircom.net outlook.ie",
            legal="Limited|Ltd|Ltd.;DAC|Designated Activity Company;PLC|plc",
            cities="Dublin|Leinster|D02;Cork|Munster|T12;Galway|Connacht|H91;Limerick|Munster|V94",
        ),
        Country(
            code="CA", currency="CAD", words="en", names={"en": 0.68, "fr": 0.2, "in": 0.12}, phone_code="1",
            trunk="", phone_digits=10, areas="416 514 604 403 613 204 902", postal="@#@ #@#", tax="#########RT0001",
            domain="ca ca com", mail="gmail.com hotmail.com rogers.com bell.net",
            legal="Inc.|Inc|Incorporated;Ltd.|Ltd|Limited;Corp.|Corporation",
            cities="Toronto|ON|M5V;Montréal|QC|H2X;Vancouver|BC|V6B;Calgary|AB|T2P;Ottawa|ON|K1P;Winnipeg|MB|R3C;Halifax|NS|B3J",
        ),
        Country(
            code="AU", currency="AUD", words="en", names={"en": 0.85, "in": 0.15}, phone_code="61",
            trunk="0", phone_digits=9, areas="2 3 7 8", postal="####", tax="## ### ### ###",
            domain="com.au com.au com", mail="gmail.com bigpond.com outlook.com",
            legal="Pty Ltd|Pty. Ltd.|Pty Limited|Proprietary Limited;Ltd|Limited",
            cities="Sydney|NSW|20;Melbourne|VIC|30;Brisbane|QLD|40;Perth|WA|60;Adelaide|SA|50;Hobart|TAS|70",
        ),
        Country(
            code="DE", currency="EUR", words="de", names={"de": 0.93, "en": 0.03, "es": 0.04}, phone_code="49",
            trunk="0", phone_digits=10, areas="30 40 89 221 69 711 211 341 911 421 511 351", postal="#####", tax="DE#########",
            domain="de de de com", mail="gmx.de web.de t-online.de gmail.com gmail.com",
            legal="GmbH|Gmbh|G.m.b.H.|Gesellschaft mbH;GmbH & Co. KG|GmbH & Co KG|GmbH u. Co. KG;AG|Aktiengesellschaft;e.K.|eK",
            cities="Berlin|Berlin|10;Hamburg|Hamburg|20;München|Bayern|80;Köln|Nordrhein-Westfalen|50;Frankfurt am Main|Hessen|60;Stuttgart|Baden-Württemberg|70;Düsseldorf|Nordrhein-Westfalen|40;Leipzig|Sachsen|04;Nürnberg|Bayern|90;Bremen|Bremen|28;Hannover|Niedersachsen|30;Dresden|Sachsen|01",
        ),
        Country(
            code="AT", currency="EUR", words="de", names={"de": 1}, phone_code="43",
            trunk="0", phone_digits=9, areas="1 316 732 662", postal="####", tax="ATU########",
            domain="at at com", mail="gmx.at gmail.com aon.at",
            legal="GmbH|Gmbh|G.m.b.H.|Gesellschaft mbH;GmbH & Co. KG|GmbH & Co KG|GmbH u. Co. KG;AG|Aktiengesellschaft;e.K.|eK",
            cities="Wien|Wien|10;Graz|Steiermark|80;Linz|Oberösterreich|40;Salzburg|Salzburg|50",
        ),
        Country(
            code="CH", currency="CHF", words="de", names={"de": 0.65, "fr": 0.25, "it": 0.1}, phone_code="41",
            trunk="0", phone_digits=9, areas="44 22 61 31 21 41", postal="####", tax="CHE-###.###.###",
            domain="ch ch com", mail="bluewin.ch gmail.com gmx.ch",
            legal="AG|SA|Aktiengesellschaft;GmbH|Sàrl|Gmbh",
            cities="Zürich|ZH|80;Genève|GE|12;Basel|BS|40;Bern|BE|30;Lausanne|VD|10;Luzern|LU|60",
        ),
        Country(
            code="FR", currency="EUR", words="fr", names={"fr": 0.95, "es": 0.05}, phone_code="33",
            trunk="0", phone_digits=9, areas="1 4 5 3 2", postal="#####", tax="FR###########",
            domain="fr fr fr com", mail="gmail.com orange.fr free.fr laposte.net wanadoo.fr",
            legal="SARL|S.A.R.L.|Sarl;SAS|S.A.S.;SA|S.A.;EURL|E.U.R.L.",
            cities="Paris|Île-de-France|75;Lyon|Auvergne-Rhône-Alpes|69;Marseille|Provence-Alpes-Côte d'Azur|13;Toulouse|Occitanie|31;Nantes|Pays de la Loire|44;Bordeaux|Nouvelle-Aquitaine|33;Lille|Hauts-de-France|59;Strasbourg|Grand Est|67;Rennes|Bretagne|35;Nice|Provence-Alpes-Côte d'Azur|06",
        ),
        Country(
            code="BE", currency="EUR", words="fr", names={"nl": 0.58, "fr": 0.42}, phone_code="32",
            trunk="0", phone_digits=9, areas="2 3 9 4", postal="####", tax="BE0#########",
            domain="be be com", mail="gmail.com telenet.be skynet.be",
            legal="SRL|BV|S.R.L.;SA|NV|S.A.|N.V.",
            cities="Bruxelles|Bruxelles|10;Antwerpen|Vlaanderen|20;Gent|Vlaanderen|90;Liège|Wallonie|40;Leuven|Vlaanderen|30",
        ),
        Country(
            code="ES", currency="EUR", words="es", names={"es": 1}, phone_code="34",
            trunk="", phone_digits=9, areas="91 93 96 95 97 94", postal="#####", tax="@########",
            domain="es es com", mail="gmail.com hotmail.com hotmail.es telefonica.net",
            legal="S.L.|SL|Sociedad Limitada|S.L;S.A.|SA|Sociedad Anónima;S.L.U.|SLU",
            cities="Madrid|Madrid|28;Barcelona|Cataluña|08;Valencia|Comunidad Valenciana|46;Sevilla|Andalucía|41;Zaragoza|Aragón|50;Málaga|Andalucía|29;Bilbao|País Vasco|48;Murcia|Murcia|30",
        ),
        Country(
            code="IT", currency="EUR", words="it", names={"it": 1}, phone_code="39",
            trunk="", phone_digits=10, areas="02 06 011 081 051", postal="#####", tax="IT###########",
            domain="it it it com", mail="gmail.com libero.it hotmail.it tiscali.it",
            legal="S.r.l.|Srl|SRL|S.R.L.;S.p.A.|SpA|SPA;S.n.c.|Snc",
            cities="Milano|Lombardia|20;Roma|Lazio|00;Torino|Piemonte|10;Napoli|Campania|80;Bologna|Emilia-Romagna|40;Firenze|Toscana|50;Verona|Veneto|37;Bari|Puglia|70",
        ),
        Country(
            code="NL", currency="EUR", words="nl", names={"nl": 0.94, "in": 0.06}, phone_code="31",
            trunk="0", phone_digits=9, areas="20 10 30 40 70 50", postal="#### @@", tax="NL#########B01",
            domain="nl nl nl com", mail="gmail.com ziggo.nl kpnmail.nl hotmail.nl",
            legal="B.V.|BV|Besloten Vennootschap|B.V;N.V.|NV;V.O.F.|VOF",
            cities="Amsterdam|Noord-Holland|10;Rotterdam|Zuid-Holland|30;Utrecht|Utrecht|35;Eindhoven|Noord-Brabant|56;Den Haag|Zuid-Holland|25;Groningen|Groningen|97;Maastricht|Limburg|62",
        ),
        Country(
            code="SE", currency="SEK", words="sv", names={"sv": 1}, phone_code="46",
            trunk="0", phone_digits=9, areas="8 31 40 18", postal="### ##", tax="SE##########01",
            domain="se se com", mail="gmail.com telia.com hotmail.se",
            legal="AB|Aktiebolag|A.B.;HB|Handelsbolag",
            cities="Stockholm|Stockholm|11;Göteborg|Västra Götaland|41;Malmö|Skåne|21;Uppsala|Uppsala|75",
        ),
        Country(
            code="DK", currency="DKK", words="sv", names={"sv": 1}, phone_code="45",
            trunk="", phone_digits=8, areas="33 86 65 70", postal="####", tax="DK########",
            domain="dk dk com", mail="gmail.com hotmail.dk mail.dk",
            legal="A/S|AS|Aktieselskab;ApS|Aps|Anpartsselskab",
            cities="København|Hovedstaden|10;Aarhus|Midtjylland|80;Odense|Syddanmark|50",
        ),
    )
}  # fmt: skip

DEFAULT_LOCALES = {
    "US": 0.44, "GB": 0.13, "DE": 0.10, "FR": 0.07, "CA": 0.06, "NL": 0.04, "ES": 0.04, "IT": 0.03, "AU": 0.03,
    "CH": 0.015, "AT": 0.01, "BE": 0.01, "IE": 0.01, "SE": 0.01, "DK": 0.005,
}  # fmt: skip
"""Country -> share of companies and people."""

STREETS = {
    "en": ("Main Oak Maple Cedar Park Elm Lake Hill Church Mill Station High Victoria Queen King Washington Lincoln Market Bridge River Spring Garden Orchard Meadow Forest Chestnut Willow Union Franklin Harbor Abbey Canal Foundry Prospect",
           "Street Street Avenue Road Road Lane Drive Way Court Boulevard Place Close"),
    "de": ("Haupt Bahnhof Garten Schul Berg Linden Kirch Wald Ring Wiesen Mühlen Goethe Schiller Mozart Rosen Feld Markt Brunnen Industrie Eichen Sonnen Hafen Kasernen", "straße straße straße weg gasse allee platz"),
    "fr": ("de_la_République Victor_Hugo de_la_Gare des_Écoles du_Moulin de_l'Église Jean_Jaurès Pasteur des_Lilas de_Paris du_Port de_la_Liberté Voltaire des_Fleurs du_Château de_Verdun", "rue rue rue avenue boulevard place impasse"),
    "es": ("Mayor de_la_Constitución Real de_Alcalá San_Juan Gran_Vía de_la_Paz del_Sol Cervantes de_Goya Colón de_Aragón Nueva de_las_Flores Santa_Ana del_Carmen", "Calle Calle Calle Avenida Plaza Paseo"),
    "it": ("Roma Garibaldi Mazzini Dante Cavour Verdi Marconi Matteotti della_Repubblica San_Marco dei_Mille Galilei Manzoni della_Libertà Leopardi", "Via Via Via Corso Piazza Viale"),
    "nl": ("Kerk Dorps School Molen Stations Nieuw Wilhelmina Juliana Beatrix Prins Haven Linden Eiken Markt Oranje Zonne Koning",
           "straat straat weg laan plein kade"),
    "sv": ("Stor Kungs Drottning Skol Kyrko Park Björk Järnvägs Hamn Nygatans Ring Vest Øster Skov", "gatan vägen gade vej"),
}  # fmt: skip
"""Language -> street words (`_` is a blank) and street types."""
