"""Family names per language: common ones by rank, and parts from which the long tail of rarer ones is composed.

Here: lists only. Not here: who gets which name (`people`).
"""

COMMON = {
    "en": """Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin Lee Thompson
        White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Campbell
        Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper
        Reed Bailey Kelly Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray James Hughes Price Myers Long Foster
        Sanders Ross Powell Sullivan Russell Fisher Henderson Cole West Jordan Reynolds Hamilton Graham Wallace O'Brien O'Neill
        McDonald McCarthy Fitzgerald Byrne Ryan Doyle MacLeod Sinclair""",
    "de": """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
        Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid
        Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel
        Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Gruber Steiner""",
    "fr": """Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
        Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier Blanc
        Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel
        Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier""",
    "es": """García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno
        Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales
        Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano
        Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Herrera Márquez Peña Flores""",
    "it": """Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Mancini Costa
        Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo
        Gentile Martinelli Vitale Lombardo Serra Coppola De_Santis D'Angelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri
        Bianco Marini Grasso Valentini Messina Sala De_Angelis Gatti Pellegrini Palumbo Sanna""",
    "nl": """de_Jong Jansen de_Vries van_den_Berg Bakker van_Dijk Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos Peters
        Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs de_Haan
        Vermeulen van_den_Heuvel van_der_Veen van_den_Broek de_Bruin van_der_Heijden Schouten van_Beek Willems van_Vliet
        Hoekstra Maas Verhoeven Koster van_Dam Prins Blom Huisman Peeters de_Jonge Kuipers van_Veen""",
    "sv": """Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson
        Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Lindqvist Olofsson Axelsson Berg Bergström Lundberg
        Lind Lundgren Mattsson Berglund Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen
        Jørgensen Petersen Madsen Kristensen Olsen Thomsen Møller Holm Dahl""",
    "in": """Patel Singh Khan Kumar Sharma Shah Gupta Ahmed Ali Hussain Begum Reddy Rao Mehta Joshi Desai Nair Iyer Kaur Das Malik
        Chowdhury Mukherjee Wang Li Zhang Chen Liu Yang Wu Nguyen Tran Le Pham Kim Park Tanaka Sato""",
}
"""Language -> names, commonest first; separated by blanks; `_` stands for the blank inside a name."""

FRONTS = {
    "en": """Ash Birch Black Brad Bram Bur Carl Chad Clay Clif Cop Crom Dal Den Dray East El Fair Far Felt Gar Glad Hal Harring
        Hart Hazel Hol Hunt Kirk Lang Lin Mar Mel Mid New Nor Oak Pem Pres Red Rother Sed Shel South Stan Stock Thorn Tre Wal
        Wake Wel West Whit Win Wood Wych""",
    "de": """Acker Bach Berg Birken Blumen Brand Buch Burg Dorn Eich Feld Frei Gold Grün Hasel Heiden Herz Hirsch Hoch Holz
        Kalten Kirch Kron Linden Markt Mühl Neu Nieder Ober Rosen Rot Sand Scharf Schön Silber Sonnen Stein Thal Wald Weiden
        Wein Wiesen Ziegel""",
    "fr": """Aub Barr Beau Bell Bois Bouch Bourg Brun Carr Chamb Champ Chat Clair Cour Daul Delab Desch Dum Duch Ferr Font Fou
        Gaill Grand Guill Jac Lac Lamb Lav Mais Malh Mont Per Poul Rab Ren Roch Sauv Tourn Vall Vign Vill""",
    "es": """Agu Ala Alc Barr Bel Ben Cab Camp Carr Cerv Cord Esc Esp Fuent Gall Gav Her Ibañ Jar Lar Maldon Mir Mont Nav Oliv
        Pal Pard Qui Rebol Riv Sald Sant Sil Tob Val Vill Zam Zar""",
    "it": """Bell Bert Bon Bran Cam Cap Car Cast Ceri Cor Dona Fal Fior Gar Giul Gran Lan Luc Mag Mal Marc Mont Nap Pal Pas Per
        Pel Ris Sal San Sar Tad Tor Val Ven Vil Zan""",
    "nl": """Ach Berg Bloem Boer Braam Brand Broek Buiten Dijk Doorn Duin Eik Groen Haag Heide Hof Holt Kamp Kerk Kuip Lange
        Linden Molen Noord Oud Rijn Rozen Schoon Steen Veld Vlier Water Wester Wijn Zand Zuid""",
    "sv": """Ahl Alm Asp Berg Björk Blom Boll Bro Dal Ek Fors Gran Hag Hed Hell Holm Kjell Lill Lind Ljung Lund Löf Mal Nor Ny
        Ros Rå Sand Sjö Skog Stor Strand Sten Sund Söder Väst Wall Åker Öst""",
    "in": """Agar Ban Bhat Chakra Chau Deo Gang Ghosh Jay Kapa Kris Lakh Mah Nara Pra Rama Sen Shiv Tha Vara Ven""",
}
ENDS = {
    "en": """ford ton ley well wood field worth bury by den er man more burn combe cott dale ham hurst land leigh low mere ridge
        shaw side stead stone ward water wick""",
    "de": """mann meier bauer inger hofer ner er berger müller stein bach feld hardt macher kamp brink rath haus thaler
        wald städter huber""",
    "fr": """ard eau ert et ier in oin on ois elle ère mont ville oux aud ault ette ac""",
    "es": """ero era illo ón al ales ado edo ez oso uela ana ares ino anda ado eda ura""",
    "it": """ini etti oni aldi acci elli ese ari ardi isi one ucci ano otti ini ero olo azzi""",
    "nl": """stra ma sen mans veld huis man inga kamp beek hof dam horst zicht meer hout berg laar""",
    "sv": """ström berg qvist gren lund dahl man stedt blad holm mark sson hult bom felt vall by""",
    "in": """wal erjee harya dhary singh kar pati ram nathan murthy ani tta swamy yan""",
}
LINKS = {
    "en": "ing er en el o", "de": "en er el in", "fr": "in on el as er", "es": "in er ar an", "it": "in ar er ett",
    "nl": "en er ing el", "sv": "e en er a", "in": "a an e i",
}  # fmt: skip
"""Language -> parts; a front joined to an end, with or without a link between them, is a rare family name."""


def family_names(language: str) -> tuple[list[str], list[str]]:
    """The common family names by rank, and the composed rare ones."""
    common = [name.replace("_", " ") for name in COMMON[language].split()]
    links = ["", *LINKS[language].split()]
    rare = [
        front + link + end for front in FRONTS[language].split() for link in links for end in ENDS[language].split()
    ]
    return common, rare
