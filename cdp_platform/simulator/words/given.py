"""Given names per language, commonest first, and the short forms people use instead.

Here: lists only. Not here: who gets which name (`people`).
"""

FEMALE = {
    "en": """Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley
        Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Dorothy Amy Kathleen
        Angela Emma Brenda Pamela Nicole Anna Samantha Katherine Christine Rachel Carolyn Janet Olivia Heather Helen Catherine
        Diane Julie Victoria Joyce Lauren Kelly Ruth Joan Virginia Evelyn Hannah Andrea Megan Cheryl Madison Teresa Abigail
        Sophia Martha Gloria Kathryn Isabella Charlotte Julia Grace Amber Alice Denise Frances Danielle Natalie Diana Brittany
        Kayla Alexis Zoe Fiona Imogen Niamh Harriet Chloe Lucy Paige Siobhan Georgia Daisy Poppy Eleanor Claire""",
    "de": """Anna Sabine Petra Monika Susanne Andrea Claudia Birgit Martina Stefanie Katrin Nicole Ute Heike Julia Kathrin
        Angelika Karin Gabriele Renate Ursula Brigitte Silke Anja Tanja Melanie Sandra Christina Lena Laura Lisa Sarah Hannah
        Johanna Katharina Franziska Leonie Marie Sophie Clara Greta Ingrid Helga Elke Kerstin Doris Anke Svenja Miriam Vanessa
        Jana Nina Jasmin Carolin Theresa Magdalena Eva Elisabeth Annette Ulrike""",
    "fr": """Marie Nathalie Isabelle Sylvie Catherine Françoise Valérie Céline Sandrine Stéphanie Sophie Véronique Aurélie
        Christine Émilie Julie Camille Léa Manon Chloé Emma Inès Sarah Laura Pauline Mathilde Lucie Charlotte Margaux Élodie
        Hélène Claire Anne Martine Monique Brigitte Patricia Virginie Delphine Karine Amélie Mélanie Caroline Audrey Agnès
        Florence Juliette Louise Alice Jeanne Clémence Noémie Solène Élise Gaëlle Corinne""",
    "es": """María Carmen Ana Isabel Laura Cristina Marta Lucía Sara Paula Elena Raquel Pilar Dolores Teresa Rosa Patricia
        Silvia Beatriz Mercedes Julia Irene Andrea Alba Rocío Sofía Martina Valeria Daniela Carla Natalia Eva Sonia Susana
        Verónica Mónica Nuria Yolanda Esther Inés Alicia Gloria Lorena Noelia Miriam Victoria Claudia Ángela Amparo Consuelo""",
    "it": """Maria Anna Giulia Francesca Chiara Sara Martina Valentina Alessandra Elena Laura Silvia Paola Giorgia Federica
        Elisa Roberta Simona Claudia Cristina Monica Barbara Ilaria Alice Sofia Aurora Beatrice Camilla Elisabetta Daniela
        Giovanna Rosa Angela Lucia Teresa Patrizia Serena Michela Arianna Veronica Caterina Marta Eleonora Greta""",
    "nl": """Maria Johanna Anna Sanne Lisa Anouk Femke Marieke Ingrid Linda Esther Monique Annemarie Petra Sandra Marloes
        Eva Julia Emma Sophie Lotte Fleur Iris Roos Noor Saskia Wilma Anja Mirjam Yvonne Hanneke Marjolein Inge Karin Elly
        Margriet Nienke Jolanda Tessa Floor""",
    "sv": """Anna Maria Karin Eva Kristina Lena Emma Sara Malin Jenny Linnea Elin Ida Hanna Johanna Ingrid Birgitta Astrid Maja
        Elsa Sofia Frida Matilda Mette Kirsten Hanne Lone Pia Freja Signe Line Camilla Louise Cecilia Åsa Ulrika Gunilla
        Annika Tove Solveig""",
    "in": """Priya Anjali Neha Pooja Sunita Deepa Kavita Aisha Fatima Meera Lakshmi Divya Shreya Ananya Nisha Rekha Asha Geeta
        Zara Sana Swati Ritu Jyoti Nadia Mei Li Xin Yan Linh Hui Jing Thuy Yuki Min""",
}
MALE = {
    "en": """James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark
        Donald Steven Andrew Paul Joshua Kenneth Kevin Brian George Timothy Ronald Jason Edward Jeffrey Ryan Jacob Gary Nicholas
        Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis
        Jerry Tyler Aaron Adam Nathan Henry Zachary Douglas Peter Kyle Noah Ethan Jeremy Christian Walter Keith Austin Roger
        Terry Sean Gerald Carl Dylan Harold Jordan Jesse Bryan Lawrence Arthur Gabriel Bruce Logan Albert Wayne Randy Mason
        Vincent Liam Roy Caleb Bradley Russell Lucas Callum Rhys Declan Harry Oliver Graham Neil Duncan Alistair""",
    "de": """Michael Thomas Andreas Stefan Peter Klaus Wolfgang Christian Jürgen Martin Frank Markus Matthias Alexander
        Bernd Uwe Jens Dieter Ralf Sebastian Daniel Jan Florian Tobias Philipp Felix Lukas Maximilian Jonas Leon Paul Niklas
        Tim Johannes Hans Günter Manfred Helmut Werner Heinz Karl Jörg Torsten Sven Oliver Marcel Patrick Dominik Fabian
        Simon Benedikt Moritz Friedrich Ludwig Georg Rainer Holger Dirk Volker Axel""",
    "fr": """Jean Pierre Michel Philippe Nicolas Christophe Laurent Stéphane David Julien Thomas Alexandre Sébastien Frédéric
        Olivier Éric Pascal Patrick Alain Bruno Guillaume Antoine Maxime Romain Vincent Mathieu François Jérôme Hugo Lucas
        Louis Gabriel Arthur Jules Adam Paul Benoît Cédric Damien Fabien Gilles Thierry Didier Yves Rémi Clément Baptiste
        Quentin Florian Raphaël Étienne Loïc Gaël André Marcel Bernard""",
    "es": """Antonio José Manuel Francisco Juan David Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro Pablo Ángel
        Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Iván Rubén Enrique Óscar Ramón Vicente Andrés Joaquín
        Santiago Víctor Mario Eduardo Roberto Jaime Marcos Ignacio Hugo Martín Gonzalo Emilio Salvador Julio Guillermo""",
    "it": """Marco Andrea Francesco Alessandro Luca Giuseppe Antonio Giovanni Roberto Stefano Matteo Paolo Davide Lorenzo
        Simone Federico Riccardo Daniele Fabio Massimo Claudio Salvatore Mario Vincenzo Luigi Angelo Carlo Franco Domenico
        Pietro Giorgio Maurizio Enrico Filippo Nicola Leonardo Tommaso Gabriele Emanuele Alberto Michele Sergio Bruno""",
    "nl": """Johannes Jan Cornelis Hendrik Willem Pieter Thomas Daan Sander Jeroen Bas Mark Peter Erik Marcel Dennis Martijn
        Bart Tim Niels Ruben Lars Stijn Thijs Koen Maarten Wouter Joost Rob Henk Gerard Kees Frank Paul Hans Theo Ronald
        Michiel Jasper Luuk""",
    "sv": """Erik Lars Karl Anders Johan Per Nils Mikael Jan Daniel Fredrik Andreas Magnus Peter Henrik Mattias Gustav Oscar
        Viktor Emil Axel Simon Jens Søren Niels Rasmus Mads Morten Kasper Anton Björn Göran Håkan Leif Stefan Thomas Martin
        Jesper Mikkel Torben""",
    "in": """Raj Amit Sanjay Vijay Rahul Ravi Anil Suresh Arjun Vikram Imran Ali Mohammed Ahmed Omar Hassan Kiran Deepak Rohan
        Nikhil Manish Ashok Wei Jun Hao Chen Minh Duc Kenji Hiro Tariq Yusuf Bilal Karan""",
}
"""Language -> names separated by blanks, commonest first."""

NICKNAMES = {
    "Elizabeth": "Liz Beth Betsy", "Jennifer": "Jen Jenny", "Patricia": "Pat Trish", "Margaret": "Maggie Peggy",
    "Susan": "Sue", "Jessica": "Jess", "Barbara": "Barb", "Kimberly": "Kim", "Deborah": "Deb Debbie", "Rebecca": "Becky",
    "Katherine": "Kate Kathy", "Catherine": "Cathy Kate", "Christine": "Chris Tina", "Victoria": "Vicky Tori",
    "Samantha": "Sam", "Abigail": "Abby", "Stephanie": "Steph", "Kathleen": "Kathy", "Pamela": "Pam", "Amanda": "Mandy",
    "James": "Jim Jimmy", "Robert": "Bob Rob Bobby", "John": "Jack Johnny", "Michael": "Mike Mick", "William": "Bill Will",
    "Richard": "Rick Dick", "Joseph": "Joe", "Thomas": "Tom", "Christopher": "Chris", "Charles": "Chuck Charlie",
    "Daniel": "Dan Danny", "Matthew": "Matt", "Anthony": "Tony", "Donald": "Don", "Steven": "Steve", "Andrew": "Andy Drew",
    "Joshua": "Josh", "Kenneth": "Ken", "Timothy": "Tim", "Ronald": "Ron", "Edward": "Ed Ted", "Jeffrey": "Jeff",
    "Nicholas": "Nick", "Jonathan": "Jon", "Stephen": "Steve", "Benjamin": "Ben", "Samuel": "Sam", "Gregory": "Greg",
    "Alexander": "Alex Sasha", "Patrick": "Paddy Pat", "Raymond": "Ray", "Zachary": "Zach", "Lawrence": "Larry",
    "Johannes": "Hans Jo", "Maximilian": "Max", "Sebastian": "Basti", "Matthias": "Matze", "Wolfgang": "Wolf",
    "Friedrich": "Fritz", "Katharina": "Kathi", "Johanna": "Hanna", "Franziska": "Franzi", "Ursula": "Uschi",
    "Angelika": "Geli", "Günter": "Günni", "Alexandre": "Alex", "Frédéric": "Fred", "Sébastien": "Seb",
    "Stéphane": "Steph", "Guillaume": "Guigui", "Nathalie": "Nath", "Véronique": "Véro", "Isabelle": "Isa",
    "Francisco": "Paco Fran", "José": "Pepe", "Manuel": "Manolo", "Antonio": "Toni", "Jesús": "Chus", "Ignacio": "Nacho",
    "Rafael": "Rafa", "Dolores": "Lola", "Mercedes": "Merche", "Pilar": "Pili", "Rosa": "Rosi", "Giuseppe": "Beppe",
    "Francesco": "Franco", "Alessandro": "Ale", "Giovanni": "Gianni", "Salvatore": "Totò", "Francesca": "Franci",
    "Elisabetta": "Betta", "Hendrik": "Henk", "Cornelis": "Kees", "Willem": "Wim", "Pieter": "Piet",
    "Mikael": "Micke", "Fredrik": "Freddy", "Lars": "Lasse", "Mohammed": "Mo", "Vikram": "Vik",
}  # fmt: skip
"""Given name -> short forms separated by blanks."""
