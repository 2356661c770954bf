//! Names that datelines are made of, and capitalised words that only look like them.

/// The ordinary spelling of a known city, whatever the case it is written in.
pub(super) fn city(name: &str) -> Option<&'static str> {
    known(CITIES, name)
}

/// True for a country, or a state or province of a large one, in full or in its newspaper abbreviation.
pub(super) fn is_region(name: &str) -> bool {
    known(REGIONS, name.trim_end_matches('.')).is_some() || known(REGIONS, name).is_some()
}

/// True for a news agency or a medium that stands in a dateline's brackets.
pub(super) fn is_agency(name: &str) -> bool {
    // "Borneo Bulletin/ANN" and "Agency / Bureau": the first or the last partner is known.
    let mut parts = name.split('/').map(str::trim);
    let is_known = |part: &str| known(AGENCIES, part).is_some();
    parts.next().is_some_and(is_known) || parts.next_back().is_some_and(is_known)
}

/// True for a word that marks a headline, a rubric or an organisation, never a place.
pub(super) fn is_rubric(word: &str) -> bool {
    known(RUBRICS, word).is_some()
}

fn known(names: &'static [&'static str], name: &str) -> Option<&'static str> {
    names.iter().copied().find(|known| same(known, name))
}

/// Compares ignoring case, without allocating.
fn same(a: &str, b: &str) -> bool {
    let plain = |c: char| if c == '’' { '\'' } else { c };
    let mut a = a.chars().map(plain).flat_map(char::to_lowercase);
    let mut b = b.chars().map(plain).flat_map(char::to_lowercase);
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (x, y) if x == y => {}
            _ => return false,
        }
    }
}

/// Capitals, large cities and towns that datelines often name, in ordinary spelling.
#[rustfmt::skip]
const CITIES: &[&str] = &[
    "Abidjan", "Abu Dhabi", "Abuja", "Accra", "Addis Ababa", "Aden", "Agra", "Ahmedabad", "Albany",
    "Albuquerque", "Aleppo", "Alexandria", "Algiers", "Allahabad", "Almaty", "Amman", "Amritsar",
    "Amsterdam", "Anaheim", "Anchorage", "Ankara", "Annapolis", "Antananarivo", "Antwerp", "Apia",
    "Ashgabat", "Asmara", "Astana", "Asunción", "Asuncion", "Athens", "Atlanta", "Auckland", "Austin",
    "Baghdad", "Baku", "Bali", "Baltimore", "Bamako", "Bandar Seri Begawan", "Bangalore", "Bengaluru",
    "Bangkok", "Bangui", "Banjul", "Barcelona", "Basel", "Basra", "Baton Rouge", "Beijing", "Beirut",
    "Belfast", "Belgrade", "Belmopan", "Benghazi", "Berlin", "Bern", "Berne", "Bhopal", "Bhubaneswar",
    "Birmingham", "Bishkek", "Bissau", "Bloemfontein", "Bogota", "Bogotá", "Boise", "Bologna", "Bonn",
    "Bordeaux", "Boston", "Brasilia", "Brasília", "Bratislava", "Brazzaville", "Bremen", "Bridgetown",
    "Brisbane", "Bristol", "Brussels", "Bucharest", "Budapest", "Buenos Aires", "Buffalo", "Bujumbura",
    "Bulawayo", "Busan", "Cairo", "Calcutta", "Calgary", "Cali", "Canberra", "Cancun", "Cancún", "Cannes",
    "Canton", "Cape Canaveral", "Cape Town", "Caracas", "Cardiff", "Cartagena", "Casablanca", "Castries",
    "Cebu", "Chandigarh", "Changchun", "Changsha", "Charlotte", "Chattogram", "Chengdu", "Chennai",
    "Chiang Mai", "Chicago", "Chisinau", "Chittagong", "Chongqing", "Christchurch", "Cincinnati",
    "Cleveland", "Cologne", "Colombo", "Columbus", "Conakry", "Copenhagen", "Córdoba", "Cuttack", "Dakar",
    "Dalian", "Dallas", "Damascus", "Dammam", "Dar es Salaam", "Darwin", "Davos", "Dehradun", "Delhi",
    "Denver", "Des Moines", "Detroit", "Dhaka", "Dharamsala", "Dili", "Djibouti", "Dodoma", "Doha",
    "Donetsk", "Dortmund", "Douala", "Dresden", "Dubai", "Dublin", "Durban", "Durham", "Dushanbe",
    "Düsseldorf", "Edinburgh", "Edmonton", "El Paso", "Entebbe", "Erbil", "Essen", "Faisalabad", "Florence",
    "Fort Worth", "Frankfurt", "Freetown", "Fresno", "Fukuoka", "Fukushima", "Gaborone", "Gaza",
    "Gaza City", "Gdansk", "Geneva", "Genoa", "Georgetown", "Gilgit", "Glasgow", "Goma", "Gothenburg",
    "Guadalajara", "Guangzhou", "Guatemala City", "Guayaquil", "Gujranwala", "Guwahati", "Gwadar", "Haifa",
    "Halifax", "Hamburg", "Hamilton", "Hangzhou", "Hanoi", "Hanover", "Harare", "Harbin", "Hargeisa",
    "Harrisburg", "Hartford", "Havana", "Hebron", "Hefei", "Helsinki", "Herat", "Hiroshima",
    "Ho Chi Minh City", "Hobart", "Homs", "Hong Kong", "Honiara", "Honolulu", "Houston", "Hyderabad",
    "Ibadan", "Imphal", "Incheon", "Indianapolis", "Indore", "Islamabad", "Istanbul", "Izmir", "Jackson",
    "Jacksonville", "Jaipur", "Jakarta", "Jalandhar", "Jammu", "Jeddah", "Jerusalem", "Johannesburg",
    "Johor Bahru", "Juba", "Jefferson City", "Kabul", "Kaduna", "Kampala", "Kandahar", "Kano", "Kanpur",
    "Kansas City", "Karachi", "Kathmandu", "Kazan", "Kharkiv", "Kharkov", "Khartoum", "Kherson", "Kiev",
    "Kyiv", "Kigali", "Kingston", "Kinshasa", "Kisumu", "Klang", "Kobe", "Kochi", "Kolkata",
    "Kota Kinabalu", "Kozhikode", "Krakow", "Kuala Lumpur", "Kuching", "Kunming", "Kuwait", "Kuwait City",
    "Kyoto", "La Paz", "Lagos", "Lahore", "Larkana", "Las Vegas", "Lausanne", "Leeds", "Leipzig",
    "Leicester", "Libreville", "Lilongwe", "Lima", "Lisbon", "Little Rock", "Liverpool", "Ljubljana",
    "Lomé", "Lome", "London", "Los Angeles", "Louisville", "Luanda", "Lucknow", "Ludhiana", "Lusaka",
    "Luxembourg", "Luxor", "Lyon", "Lviv", "Macau", "Madina", "Madinah", "Madison", "Madrid", "Makkah",
    "Mecca", "Medina", "Malabo", "Malaga", "Malé", "Male", "Malmo", "Managua", "Manama", "Manchester",
    "Mandalay", "Mangaluru", "Manila", "Maputo", "Mariupol", "Marrakech", "Marrakesh", "Marseille",
    "Maseru", "Mashhad", "Mbabane", "Medan", "Medellin", "Medellín", "Melbourne", "Memphis", "Mexico City",
    "Miami", "Milan", "Milwaukee", "Minneapolis", "Minsk", "Mirpur", "Mirpurkhas", "Mogadishu", "Mombasa",
    "Monaco", "Monrovia", "Monterrey", "Montevideo", "Montgomery", "Montpellier", "Montreal", "Montréal",
    "Moroni", "Moscow", "Mosul", "Multan", "Mumbai", "Munich", "Muscat", "Muzaffarabad", "N'Djamena",
    "Nablus", "Nagasaki", "Nagoya", "Nagpur", "Nairobi", "Nanjing", "Nanning", "Nantes", "Naples",
    "Nashville", "Nassau", "Naypyidaw", "Nay Pyi Taw", "New Delhi", "New Haven", "New Orleans", "New York",
    "Newark", "Newcastle", "Niamey", "Nice", "Nicosia", "Norfolk", "Nottingham", "Nouakchott", "Nuuk",
    "Oakland", "Odesa", "Odessa", "Oklahoma City", "Omaha", "Orlando", "Osaka", "Oslo", "Ottawa",
    "Ouagadougou", "Oxford", "Palermo", "Palo Alto", "Panama City", "Paramaribo", "Paris", "Patna",
    "Penang", "George Town", "Perth", "Peshawar", "Petaling Jaya", "Philadelphia", "Phnom Penh", "Phoenix",
    "Pittsburgh", "Podgorica", "Port-au-Prince", "Port Elizabeth", "Port Harcourt", "Port Louis",
    "Port Moresby", "Port of Spain", "Port Vila", "Portland", "Porto", "Porto-Novo", "Prague", "Praia",
    "Pretoria", "Pristina", "Providence", "Pune", "Putrajaya", "Pyongyang", "Quebec City", "Québec",
    "Quetta", "Quito", "Rabat", "Raipur", "Raleigh", "Ramallah", "Ranchi", "Rangoon", "Rawalpindi",
    "Recife", "Reykjavik", "Riga", "Rio de Janeiro", "Riyadh", "Rome", "Rosario", "Rotterdam", "Rustenburg",
    "Sacramento", "Salalah", "Salem", "Salt Lake City", "Salvador", "Samarkand", "San Antonio", "San Diego",
    "San Francisco", "San Jose", "San José", "San Juan", "San Salvador", "Sana'a", "Sanaa", "Santa Fe",
    "Santiago", "Santo Domingo", "Sao Paulo", "São Paulo", "Sapporo", "Sarajevo", "Sargodha", "Seattle",
    "Seoul", "Seville", "Shah Alam", "Shanghai", "Sharjah", "Sharm el-Sheikh", "Sharm El Sheikh",
    "Sheffield", "Shenyang", "Shenzhen", "Shillong", "Shimla", "Sialkot", "Singapore", "Skardu", "Skopje",
    "Sofia", "Srinagar", "St. John's", "St. Louis", "St. Paul", "St. Petersburg", "Saint Petersburg",
    "Stockholm", "Strasbourg", "Stuttgart", "Sucre", "Sukkur", "Surabaya", "Suva", "Sydney", "Taipei",
    "Tabriz", "Tallahassee", "Tallinn", "Tampa", "Tangier", "Tashkent", "Tbilisi", "Tegucigalpa", "Tehran",
    "Tel Aviv", "The Hague", "Thimphu", "Thiruvananthapuram", "Tianjin", "Tijuana", "Tirana", "Tokyo",
    "Topeka", "Toronto", "Toulouse", "Trenton", "Tripoli", "Tucson", "Tulsa", "Tunis", "Turin",
    "Ulaanbaatar", "Ulan Bator", "United Nations", "Utrecht", "Vaduz", "Valencia", "Valletta", "Vancouver",
    "Varanasi", "Vatican City", "Venice", "Victoria", "Vienna", "Vientiane", "Vilnius", "Vladivostok",
    "Warsaw", "Washington", "Washington DC", "Wellington", "Windhoek", "Winnipeg", "Wuhan", "Xi'an",
    "Yangon", "Yaounde", "Yaoundé", "Yerevan", "Yokohama", "Zagreb", "Zanzibar", "Zaragoza", "Zhengzhou",
    "Zurich", "Zürich",
];

/// Countries, states and provinces, without the final full stop of abbreviations.
#[rustfmt::skip]
const REGIONS: &[&str] = &[
    "Afghanistan", "Albania", "Algeria", "Angola", "Argentina", "Armenia", "Australia", "Austria",
    "Azerbaijan", "Bahamas", "Bahrain", "Bangladesh", "Barbados", "Belarus", "Belgium", "Belize", "Benin",
    "Bhutan", "Bolivia", "Bosnia", "Botswana", "Brazil", "Brunei", "Bulgaria", "Burkina Faso", "Burundi",
    "Cambodia", "Cameroon", "Canada", "Chad", "Chile", "China", "Colombia", "Congo", "Costa Rica",
    "Croatia", "Cuba", "Cyprus", "Czech Republic", "Denmark", "Dominican Republic", "Ecuador", "Egypt",
    "El Salvador", "England", "Eritrea", "Estonia", "Eswatini", "Ethiopia", "Fiji", "Finland", "France",
    "Gabon", "Gambia", "Georgia", "Germany", "Ghana", "Greece", "Guatemala", "Guinea", "Guyana", "Haiti",
    "Honduras", "Hungary", "Iceland", "India", "Indonesia", "Iran", "Iraq", "Ireland", "Israel", "Italy",
    "Ivory Coast", "Jamaica", "Japan", "Jordan", "Kazakhstan", "Kenya", "Kosovo", "Kyrgyzstan", "Laos",
    "Latvia", "Lebanon", "Lesotho", "Liberia", "Libya", "Liechtenstein", "Lithuania", "Madagascar",
    "Malawi", "Malaysia", "Maldives", "Mali", "Malta", "Mauritania", "Mauritius", "Mexico", "Moldova",
    "Mongolia", "Montenegro", "Morocco", "Mozambique", "Myanmar", "Burma", "Namibia", "Nepal",
    "Netherlands", "New Zealand", "Nicaragua", "Niger", "Nigeria", "North Korea", "North Macedonia",
    "Northern Ireland", "Norway", "Oman", "Pakistan", "Palestine", "Panama", "Papua New Guinea", "Paraguay",
    "Peru", "Philippines", "Poland", "Portugal", "Qatar", "Romania", "Russia", "Rwanda", "Saudi Arabia",
    "Scotland", "Senegal", "Serbia", "Seychelles", "Sierra Leone", "Slovakia", "Slovenia", "Somalia",
    "South Africa", "South Korea", "South Sudan", "Spain", "Sri Lanka", "Sudan", "Suriname", "Sweden",
    "Switzerland", "Syria", "Taiwan", "Tajikistan", "Tanzania", "Thailand", "Togo", "Trinidad", "Tunisia",
    "Turkey", "Türkiye", "Turkmenistan", "UAE", "U.A.E", "Uganda", "Ukraine", "United Arab Emirates",
    "United Kingdom", "UK", "U.K", "United States", "USA", "U.S", "Uruguay", "Uzbekistan", "Vatican",
    "Venezuela", "Vietnam", "Wales", "West Bank", "Yemen", "Zambia", "Zimbabwe", "Kashmir", "Ala",
    "Alabama", "Alaska", "Ariz", "Arizona", "Ark", "Arkansas", "Calif", "California", "Colo", "Colorado",
    "Conn", "Connecticut", "Del", "Delaware", "D.C", "DC", "Fla", "Florida", "Ga", "Hawaii", "Idaho", "Ill",
    "Illinois", "Ind", "Indiana", "Iowa", "Kan", "Kansas", "Ky", "Kentucky", "La", "Louisiana", "Maine",
    "Md", "Maryland", "Mass", "Massachusetts", "Mich", "Michigan", "Minn", "Minnesota", "Miss",
    "Mississippi", "Mo", "Missouri", "Mont", "Montana", "Neb", "Nebraska", "Nev", "Nevada", "N.H",
    "New Hampshire", "N.J", "New Jersey", "N.M", "New Mexico", "N.Y", "New York", "N.C", "North Carolina",
    "N.D", "North Dakota", "Ohio", "Okla", "Oklahoma", "Ore", "Oregon", "Pa", "Pennsylvania", "R.I",
    "Rhode Island", "S.C", "South Carolina", "S.D", "South Dakota", "Tenn", "Tennessee", "Tex", "Texas",
    "Utah", "Vt", "Vermont", "Va", "Virginia", "Wash", "Washington", "W.Va", "West Virginia", "Wis",
    "Wisconsin", "Wyo", "Wyoming", "Ont", "Ontario", "Quebec", "Que", "British Columbia", "B.C", "Alberta",
    "Alta", "Manitoba", "Man", "Saskatchewan", "Sask", "Nova Scotia", "Queensland", "New South Wales",
    "Tasmania", "Guanajuato", "Guerrero", "Jalisco", "Oaxaca", "Chiapas", "Veracruz", "Sinaloa", "Sonora", "Yucatan", "Quintana Roo", "Nuevo Leon", "Chihuahua", "Michoacan", "Puebla", "Tabasco", "Coahuila", "Tamaulipas", "Punjab", "Sindh", "Balochistan", "Khyber Pakhtunkhwa", "Bihar", "Gujarat", "Kerala",
    "Tamil Nadu", "Maharashtra", "Rajasthan", "Uttar Pradesh", "West Bengal", "Assam", "Odisha", "Crimea",
    "Gaza Strip", "Siberia", "Bavaria", "Saxony", "Catalonia", "Sicily", "Xinjiang", "Tibet", "Hubei",
    "Sichuan", "Guangdong",
];

/// News agencies, and media that sign their datelines.
#[rustfmt::skip]
const AGENCIES: &[&str] = &[
    "AAP", "AFP", "AGI", "AKI", "ALBAWABA", "Anadolu", "Anadolu Agency", "AA", "ANI", "ANN", "ANSA",
    "ANTARA", "ANP", "AP", "APP", "ATS", "Agence France-Presse", "Agencies", "Agency", "Al Arabiya",
    "Al Jazeera", "Associated Press", "The Associated Press", "BBC", "Bernama", "Bloomberg", "BNS", "BSS",
    "CBS", "CNA", "CNBC", "CNN", "CNS", "CP", "The Canadian Press", "dpa", "EFE", "EPA", "Europa Press",
    "GNA", "IANS", "ILNA", "INA", "INPS", "Interfax", "IPS", "IRIN", "IRNA", "ISNA", "ITAR-TASS", "JTA",
    "Jiji", "Jiji Press", "KBS", "KCNA", "KUNA", "Kyodo", "Kyodo News", "Lusa", "MAP", "MEHR", "MENA",
    "MTI", "NAN", "NHK", "NNN", "NPR", "Notimex", "NTB", "OANA", "PA", "PA Media", "PANA", "PAP", "PNA",
    "PPI", "PTI", "PTV", "Petra", "Prensa Latina", "QNA", "RAPSI", "RIA", "RIA Novosti", "RFE/RL",
    "Reuters", "Ritzau", "SANA", "SABA", "SPA", "SUNA", "Sputnik", "TAP", "TASS", "TNS", "TT", "Tanjug",
    "Thomson Reuters Foundation", "Thomson Reuters", "UNB", "UNI", "UPI", "VNA", "VOA", "WAFA", "WAM",
    "Xinhua", "Yonhap", "Zenit", "afrol News", "APO", "APS", "Borneo Bulletin", "Staff Reporter",
    "NewsBreak", "Web Desk", "News Desk", "Tribune News Service", "Press Association", "StarTribune",
    "Bua News", "SAnews", "Azertac", "Trend", "Belga", "CTK", "Agerpres", "HINA", "MIA", "LETA", "ELTA",
    "BTA",
];

/// Capitalised words that open rubrics, labels and headlines.
#[rustfmt::skip]
const RUBRICS: &[&str] = &[
    "ACCORDING", "ADVERTISEMENT", "ADVICE", "ALERT", "ALL", "ANALYSIS", "ANNOUNCEMENT", "ANSWER", "ARE",
    "ASK", "ATTENTION", "AUDIO", "BACKGROUND", "BE", "BEST", "BLOG", "BOOK", "BOOKS", "BREAKING", "BRIEF",
    "BRIEFS", "BUSINESS", "CARTOON", "CAUTION", "CHAPTER", "CLAIM", "CLARIFICATION", "CLICK", "COLUMN",
    "COMMENT", "COMMENTARY", "CONCLUSION", "CONTENT", "CONTEXT", "CORRECTION", "CRICKET", "CULTURE",
    "DANGER", "DATE", "DEAR", "DETAILS", "DISCLAIMER", "DISCLOSURE", "DO", "DOCUMENTARY", "EDITOR",
    "EDITOR'S", "EDITORIAL", "EDITORS", "ENTERTAINMENT", "ESSAY", "EVENT", "EVENTS", "EXCLUSIVE",
    "EXPLAINED", "EXPLAINER", "EXPLAINERS", "FACT", "FACTBOX", "FACTS", "FEATURE", "FILM", "FINAL",
    "FINANCE", "FIRST", "FOLLOW", "FOOTBALL", "FOR", "FORECAST", "FOREWORD", "FROM", "FULL", "GALLERY",
    "GOAL", "GRAPHIC", "GUEST", "GUIDE", "HEADLINES", "HEALTH", "HERE", "HINT", "HOW", "IF", "IMPORTANT",
    "IN", "INFOGRAPHIC", "INSIDE", "INSIGHT", "INTERVIEW", "INTRODUCTION", "IS", "IT", "JUST", "KEY",
    "LATEST", "LEAD", "LEGAL", "LETTER", "LETTERS", "LEVEL", "LIFESTYLE", "LIST", "LIVE", "LOCAL", "LOOK",
    "MAIN", "MAP", "MARKET", "MARKETS", "MATCH", "MEDIA", "MEMO", "MORE", "MOVIE", "MUST", "MYTH",
    "NATIONAL", "NEWS", "NEXT", "NO", "NOT", "NOTE", "NOTES", "NOTICE", "NOW", "OBITUARY",
    "OBJECTIVE", "ON", "ONLINE", "OP-ED", "OPINION", "OUR", "OUTLOOK", "OVERVIEW", "PART", "PERSPECTIVE",
    "PHOTO", "PHOTOS", "PICTURE", "PICTURES", "PLEASE", "PLUS", "PODCAST", "POLICE", "POLITICS", "POLL",
    "PRESIDENT", "PRESS", "PREVIEW", "PRIME", "PROFILE", "PUBLISHED", "QUESTION", "QUESTIONS", "QUICK",
    "QUIZ", "QUOTE", "RATING", "READ", "READER", "READERS", "RECAP", "RECIPE", "RELATED", "RELEASE",
    "REMINDER", "REPORT", "RESULT", "RESULTS", "REVEALED", "REVIEW", "ROUNDUP", "RULING", "SAFETY",
    "SCIENCE", "SCORE", "SCORES", "SEE", "SHARE", "SHE", "SOURCE", "SPECIAL", "SPOILER", "SPONSORED",
    "SPORT", "SPORTS", "STATEMENT", "STOCKS", "STORY", "SUBJECT", "SUMMARY", "SURVEY", "SYNOPSIS", "TECH",
    "TECHNOLOGY", "THAT", "THE", "THERE", "THEY", "THINGS", "THIS", "TIMELINE", "TIP", "TIPS", "TITLE",
    "TO", "TODAY", "TODAY'S", "TOP", "TRAILER", "TRANSCRIPT", "TRANSLATION", "TRENDING", "TRUE", "TV",
    "UPDATE", "UPDATED", "UPDATES", "URGENT", "US", "VERDICT", "VIDEO", "VIDEOS", "VIEW", "VIEWPOINT",
    "VIEWS", "WARNING", "WATCH", "WE", "WEATHER", "WHAT", "WHEN", "WHERE", "WHO", "WHY", "WITH", "WORLD",
    "WRITTEN", "YES", "YOU", "YOUR", "ZODIAC", "ASEAN", "NATO", "UNESCO", "UNICEF", "UNHCR", "OPEC",
    "INTERPOL", "AMNESTY", "COVID", "EBOLA", "BREXIT", "BITCOIN", "DEATH", "QUOTES", "TECHNICAL",
    "ABSTRACT", "METHODS", "PURPOSE", "AIM", "AIMS", "DISCUSSION", "MOTION", "STEP", "SEASON", "EPISODE",
    "DAY", "WEEK", "YEAR", "MONTH", "ROUND", "GAME", "LAW", "COURT", "JUDGE", "WITNESS", "SPEAKER",
    "MINISTER", "SENATOR", "CHAIRMAN", "DOCTOR", "PROF", "SIR", "MADAM", "MR", "MRS", "MS", "DR",
];
