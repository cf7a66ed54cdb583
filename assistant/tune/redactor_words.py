"""Words and sentence patterns that the tagger of identifiers is trained on. All written here; `redactor_texts` fills them in.

In a pattern `[a|b]` is a choice and `{X}` a slot: P any form of a person's name, F full name, G given name, L surname, T title
with a name, C town, S street, Z post code, A whole address, H phone, E e-mail, U user name, I number of a person or a contract,
V vehicle plate, D date, B date of birth, N an ordinary number, M medicine, K condition, Y eponym with its noun, Q a maker or model of
something sold, O a word of the trade that looks like a name or a code, X a sentence without identifiers.
"""

from __future__ import annotations

from typing import Final

TOWNS: Final = """
Aachen Aarhus Abilene Adelaide Agadir Ahmedabad Akron Albacete Albany Alicante Almaty Amersfoort Amiens Amritsar Ancona Angers Ankara
Antwerp Arezzo Arnhem Asheville Ashford Assen Athlone Augsburg Augusta Avignon Baden-Baden Bakewell Bamberg Banbury Bangor Bari Barnsley
Basildon Baton-Rouge Bayreuth Beaumont Bedford Belfast Bendigo Bergamo Bergen Bern Besançon Bethesda Beverley Biarritz Bielefeld Bilbao
Billings Blackpool Bloemfontein Blois Bochum Boise Bologna Bolton Bordeaux Boulder Bourges Bradford Braga Bratislava Breda Bremen Brescia
Brest Bridgend Brighton Brisbane Bristol Brno Bruges Buffalo Burgos Burlington Burnley Bursa Bydgoszcz Cádiz Caen Cairns Calais Calgary
Cannes Canterbury Cardiff Carlisle Cartagena Caserta Catania Cavan Cebu Celle Chandigarh Charleroi Charlotte Chatham Cheltenham Chemnitz
Chester Chiang-Mai Chico Clonmel Cluj Coimbra Colchester Cologne Como Concord Constanța Córdoba Cork Coventry Crewe Cuenca Dallas
Darlington Darmstadt Davao Dayton Debrecen Delft Denver Derby Deventer Dijon Doncaster Dortmund Dresden Drogheda Dublin Duisburg Duluth
Dundee Dunedin Durban Durham Ede Edinburgh Eindhoven Elche Enschede Erfurt Erie Essen Évora Exeter Faro Ferrara Flagstaff Florence Foggia
Fremantle Fresno Fukuoka Galway Gdańsk Geelong Geneva Ghent Gijón Girona Glasgow Gloucester Gothenburg Gouda Granada Graz Grenoble
Groningen Guelph Gujrat Haarlem Halifax Halle Hamburg Hamilton Hannover Harrogate Hartford Hastings Heidelberg Helsinki Hereford Hilversum
Hobart Houston Huddersfield Huelva Hull Hyderabad Ibadan Indore Innsbruck Inverness Ipswich Izmir Jaén Jaipur Jena Jerez Johor Kandy
Kansas Karachi Kassel Katowice Kaunas Kendal Kiel Kilkenny Kingston Kitchener Klagenfurt Košice Kumasi Kyoto Lagos Lahore Lancaster Laredo
Launceston Lausanne Laval Leeds Leicester Leiden Leipzig Lelystad León Leuven Liège Lille Limerick Limoges Lincoln Linz Lisbon Liverpool
Livorno Ljubljana Łódź Logroño Lubbock Lübeck Lucca Lucknow Ludhiana Lugano Luton Luzern Lyon Maastricht Macon Madison Madurai Magdeburg
Mainz Málaga Malmö Mannheim Mansfield Marbella Mérida Metz Middlesbrough Milton-Keynes Minsk Modena Mombasa Monaghan Montpellier Münster
Mysore Nagpur Nairobi Namur Nancy Nantes Naples Nashik Nashville Newbury Newcastle Newry Nice Nijmegen Nîmes Norwich Nottingham Novara
Oaxaca Odense Ogden Oldenburg Olomouc Omaha Oran Orlando Orléans Osijek Oslo Ostrava Oulu Ourense Oviedo Oxford Paderborn Padua Paisley
Palermo Pamplona Parma Pasadena Passau Pécs Penrith Penzance Peoria Perpignan Perth Perugia Pesaro Peshawar Peterborough Piacenza Pisa
Plymouth Poitiers Ponce Porto Poznań Prato Preston Provo Puebla Pune Quito Rabat Ravenna Reading Regensburg Regina Reims Rennes Reno
Richmond Rijeka Rimini Rochdale Rockford Roermond Rosenheim Rostock Rotherham Rouen Rugby Saginaw Salamanca Salerno Salford Salzburg
Santander Sapporo Saskatoon Savannah Scranton Seville Sheffield Shrewsbury Siena Sligo Slough Solihull Sopot Southport Split Spokane
Stafford Stavanger Stockport Stralsund Stuttgart Sunderland Surat Swansea Swindon Syracuse Szeged Tacoma Tampere Taranto Tarragona Taunton
Teruel Tilburg Timișoara Toledo Topeka Torquay Toulouse Tours Tralee Trento Trier Trieste Tromsø Truro Tucson Turku Udaipur Udine Ulm
Uppsala Utrecht Vadodara Valencia Valladolid Vannes Varanasi Verona Vicenza Vigo Vilnius Waco Wakefield Walsall Warrington Warwick
Waterford Wellington Wexford Wichita Wigan Winchester Winnipeg Wolverhampton Worcester Worms Wrexham Würzburg Yakima Yonkers York Yuma
Zagreb Zamora Zaragoza Zurich Zwickau
"""
TOWN_FRAMES: Final = """
{}-on-Sea|{} upon Trent|Bad {}|St. {}|Saint-{}|San {}|Santa {}|New {}|Fort {}|Port {}|Mount {}|{} Falls|{} Springs|{} North|{} South
East {}|West {}|{} Point|{} Bridge|{} Green|{} Heath|Little {}|Great {}|{}-sous-{}|{}-de-{}|La {}-des-{}|{} de {}|{} do Sul|Nowa {}
Stara {}|Te {}|{}-sur-Mer|{} am See|{} del Río|Villa {}|{}ville|{}burg|{}ton|{}pur|{}abad|Upper {}|Nether {}|El {}|La {}|Los {}|{} Bay
Den {}|Lake {}|{} City
"""
STREET_FRAMES: Final = """
{n} {w} Street|{n} {w} St|{n} {w} Road|{n} {w} Rd|{n} {w} Avenue|{n} {w} Ave|{n} {w} Lane|{n} {w} Drive|{n} {w} Close|{n} {w} Crescent
{n} {w} Terrace|{n} {w} Gardens|{n} {w} Court|{n} {w} Way|{n} {w} Place|{n} {w} Hill|{n} {w} Green|{n} {w} Row|{n} {w} Walk|{n} {w} View
{n} {w} Grove|{n} {w} Circle|{n} {w} Blvd|{n} {w} Parkway|{n} N {w} St|{n} SW {w} Ave|{n} {w} Street, Apt {n}|{n} {w} Rd, Unit {n}
Flat {n}, {n} {w} Road|Apartment {n}, {w} House|{w} Cottage, {w} Lane|{w} House, {w} Street|The {w}, {w} Road|{w} Lodge|{w} Farm
P.O. Box {n}|PO Box {n}|{n}/{n} {w} Street|Unit {n}/{n} {w} Parade|rue {w} {n}|{n} rue {w}|{n}, rue de {w}|{n} avenue de {w}|{n} bd {w}
{n} chemin des {w}|{n} place {w}|{n} allée {w}|{n} quai {w}|{n} impasse {w}|{w}straße {n}|{w}str. {n}|{w}weg {n}|{w}gasse {n}|{w}platz {n}
{w}allee {n}|{w}ring {n}|Am {w} {n}|An der {w} {n}|Zum {w} {n}|{w}-{w}-Straße {n}|{w}straat {n}|{w}laan {n}|{w}weg {n}{a}|{w}plein {n}
{w}kade {n}-{n}|{w}singel {n}|{w}gracht {n}|{w}hof {n}|{w}dijk {n}|Calle {w} {n}|C/ {w}, {n}|Calle {w}, {n}, {n}º {a}|Avenida {w} {n}
Av. {w} {n}|Plaza {w} {n}|Paseo de {w} {n}|Carrera {n} # {n}-{n}|Camino de {w} s/n|Rua {w}, {n}|Rua da {w} {n}|Travessa {w} {n}
Av. {w}, {n}|Via {w} {n}|Via {w}, {n}|Viale {w} {n}|Piazza {w} {n}|Corso {w} {n}|Vicolo {w} {n}|ul. {w} {n}|ul. {w} {n}/{n}|al. {w} {n}
{w} utca {n}|{w}gatan {n}|{w}vägen {n}|{w}vej {n}|{w}gade {n}|{w}gata {n}|{w}katu {n}|{w} Sokak No {n}|{n} {w} Nagar|{n}, {w} Colony
House No. {n}, {w} Road|Plot {n}, Sector {n}|{n}, {n}th Cross, {w} Layout|Flat {n}, {w} Residency|{n} {w} Marg|{n} Jalan {w}
No. {n}, Jalan {w}|{n}-{n}-{n} {w}|Block {n}, {w} Estate|{n} {w} Mews|{n} {w} Square|{w} Road|{w} Terrace|{n} Old {w} Road
{n} Upper {w} St|R.R. {n}, {w}|Av. {w}, {n} ap. {n}|Avenida {w}, {n}, bloco {n}|Rua {w}, {n}, casa {n}|Praça {w}, {n}|Alameda {w}, {n}
Largo da {w} {n}|Estrada {w} km {n}|pl. {w} {n}|os. {w} {n}/{n}|plac {w} {n}|aleja {w} {n}|náměstí {w} {n}|ulica {w} {n}|bul. {w} {n}
{w} körút {n}|str. {w} nr. {n}|Strada {w} {n}|{w}tie {n} A {n}|{w}veien {n}|{w}vegen {n}{a}|{w}allé {n}|{w}strasse {n}|Postfach {n}
Case postale {n}|route de {w} {n}|ch. de {w} {n}|Plot {n}, {w}|Erf {n}, {w}|Stand {n}, {w} Ext {n}|{n} {w} Rise|{n} {w} Parade
{w} Straat {n}|{w} Villas|{w} Court|{w} Heights, Block {a}|The Old {w}|{n} The {w}|{w} Barn|{n} State Highway {n}|SS {n} n. {n}
Vía {w} km {n}
"""
STREET_WORDS: Final = """
Oak Elm Maple Cedar Willow Chestnut Orchard Meadow River Lake Church Chapel School Station Mill Bridge Market Victoria Albert King Queen
Park Garden Spring Sunset Harbour Castle Abbey Priory Foundry Quarry Brook Heath Moor Dale Glen Birken Linden Rosen Garten Bahnhof Kirch
Schul Berg Tal Mühlen Schiller Goethe Mozart Molen Kerk Dorps Station Nieuw Oude Haven Boom Koning Verdi Garibaldi Dante Cavour Roma
Mazzini Victor-Hugo Pasteur Gambetta Jaurès Moulin Tilleuls Acacias Église République Mayor Sol Luna Real Constitución Colón Goya
Cervantes Nehru Gandhi Lotus Shanti Ashok Jasmine Palm Coconut Banyan Temple Storg Skol Kungs Strand Lipowa Polna Ogrodowa Kossuth Petőfi
Atatürk
"""
# Ordinary words that are also people's names, with ways to go on that leave them words.
WORD_NAMES: Final = """
May Mark Will Bill Rose Grace Hope Faith Joy Iris Ivy Dawn Jack Art Frank Grant Rob Sue Pat Ray Gene Max Jean Dale Cliff Heath Clay Miles
Chase Drew Chip Dean Earl Guy Herb Jay Lance Les Nick Norm Pearl Penny Peg Ruby Sandy Stew Tab Tad Tom Van Wade Ward Violet Olive Poppy
Daisy Lily Hazel Holly Autumn Summer April June August Melody Harmony Honor Mercy Patience Constance Prudence Charity Star Sky River Robin
Wren Basil Sage Rosemary Ginger Carol Eve Dot Bea Kitty Gail Tally Victor Rusty Sunny Happy Angel Brook Forest Glen Reed Stone Bishop Pope
"""
WORD_SURNAMES: Final = """
Long Short Young Old White Black Brown Green Gray Sharp Blunt Stone Wood Hand Foot Head Back Cook Baker Page Marsh Bush Hill Field Day
Week Winter Price Bond Rash Rice Power Case Wells Moon Fish Best Small Strong Banks Love Cross Child Ward Bloom Waters Church Chambers
Close Cope Crisp Drinkwater English Field Flood Fox Frost Gold Gore Grave Hart Holder House Hurt Input Judge Key Knight Lamb Lane Law
Light Little Loss Mason Mild Mist More Nail Noble Pain Park Parish Pill Pitt Poole Quick Rain Raven Sands Savage Self Shade Sick Silver
Sleep Snow Speed Spring Still Street Summers Swallow Swift Tear Temple Thorn Tongue Trout Vein Walker Wall Water Weekes West Wild Wise
Wolf Worth Wright Fever Bone
"""
WORD_PHRASES: Final = """
May cause drowsiness.|May need a second dose.|May be repeated after [six|four] hours.|Will call back.|Will need a referral.
Will review [tomorrow|in the morning].|Mark the site with a pen.|Mark as urgent.|Bill the insurer.|Bill attached.|Rose again overnight.
Rose water and glycerin.|Grace period of [ten|thirty] days.|Hope this helps.|Hope you are well.|Faith in the treatment is low.
Joy at the news.|The iris is clear.|Iris intact, pupil round.|Dawn effect on the sugars.|Jack up the bed.|Art therapy twice a week.
Frank blood in the stool.|Grant the request.|Grant funding ended.|Rob the cell of oxygen.|Sue for damages.|Pat dry.
Ray of light at the window.|X-ray [clear|normal|pending].|Gene panel sent.|Max [two|three] tablets a day.|Max. dose reached.
Chase the [bloods|result|scan].|Herb tea allowed.|Pearl-white lesions.|Penny-sized wound.|Peg feed at night.|Ruby red lips.|Sandy stools.
Violet light is used.|Olive oil drops.|Poppy seeds can mislead the test.|Autumn flu clinic.|Summer opening hours.|April to June figures.
August bank holiday.|Honor the warranty.|Mercy killing is not legal here.|Charity box at the desk.|Star rating of four.
River blindness is endemic there.|Robin-egg blue tint.|Basil and sage are fine.|Ginger helps the nausea.|Carol singing on the ward.
Eve of surgery.|Long wait in the shop.|Short of breath on the stairs.|Young adult clinic.|Old notes requested.|White count 11.
Black stools twice.|Brown sputum.|Green light from cardiology.|Sharp pain on the left.|Stone passed.|Wood lamp negative.
Hand wash gel empty.|Foot care advice.|Head down tilt.|Back pain again.|Cook the chicken through.|Page the surgeon.|Field of vision full.
Day case.|Week [four|two] of treatment.|Winter coat, size 12.|Price match refused.|Rash on both arms.|Rice and beans.|Power cut.
Case closed.|Fish oil.|Best wishes.|Small bowel normal.|Strong pulses.|Love this shop.|Cross-match two units.|Child seat.
Ward round at ten.|Water tight seal.|Close the ticket.|Key worker to be named.|Light diet.|Little change.|Loss of weight.|More fluids.
Nail bed pale.|Pain [worse|better] at night.|Quick release buckle.|Self care.|Sleep poor.|Still waiting.|Swallow assessment [booked|done].
May I have a receipt.|May not be used in pregnancy.|Will the shop be open.|Miles per gallon.|Miles ahead of the rest.|Rich soups upset it.
Rich in fibre.|Hunt the slipper.|Bond paper only.|Bond strength tested.|Waters edge view.|Sharp objects bin.|Sweet tooth.|Pool closed.
Stout shoes advised.|Flowers by post.|Rivers of sweat.|Robin red paint.|Skye blue fabric.|Guy rope snapped.|Heath fire alert.
Penny dropped.|Ray traced games.|Chase the courier.|Olive green sofa.|Art supplies.|Dawn till dusk.|Faith school.|June sale.|Marsh gas.
Pace yourself.|Sparks from the plug.|Bright lamp, too bright.|Mead and wine are off the list.|Art and craft at three.|June bills.
Tear duct blocked.|Wall mount missing.|Sick note needed.|Drop the price.|Bone scan booked.
"""
CLAUSES: Final = """
the wound [looks clean|is healing|was dressed again]|blood pressure {N}/{N}, pulse {N}
[started|continues] on {M} {N} mg [daily|twice a day|at night]|{M} was stopped because of [nausea|a rash|dizziness]|known {K} and {K}
no sign of {K}|{Y} [negative|positive|noted]|history of {Y}|[mobile with a frame|walks with a stick|transfers with two]
eats and drinks [well|little]|bowels open|catheter draining well|temp {N}.{N}, sats {N}% on air
the parcel [never came|arrived broken|is late]|the [zip|screen|handle|strap] broke after a week|[refund|exchange] asked for
order total was {N} dollars|the app [crashes|logs out] on start|the invoice shows the wrong amount|warranty ends soon
please cancel the subscription|the [blue|green|larger] model is out of stock|{K} was ruled out|scan of the chest is [normal|pending]
haemoglobin {N}, potassium {N}.{N}|allergic to {M}|wants to go home|slept [well|badly]|pain {N} out of 10|[consent|leaflet] given
diet as tolerated|fluids {N} ml an hour|review in {N} weeks|physio twice a day|referred for {K} clinic|[likes|dislikes] the food
box {N} of {N} is missing|password was reset|delivery between {N} and {N}|returns are free within {N} days|size {N} is too small
the manual is in German
"""
SENTENCES: Final = """
{F} [was admitted|came in|presented|was seen|attended] on {D} with {K}.
{P} [lives|has lived|stays] in {C} [alone|with family|since the move].|{P} lives at {S}, {C}.
[Spoke|Talked|Chatted|Discussed] [with|to] {P}.|{P} [rang|called|phoned|wrote] [about|regarding] {P}.
[Please|Can you|Could you] [ring|call|phone|text] {P} on {H}.|{P} can be reached [at|on|under] {H}.|[Tel|Phone|Mobile|Cell|Fax]: {H}
[His|Her|Their] [wife|husband|son|daughter|mother|father|brother|sister|partner|aunt|niece] {P} [visited|agrees|is worried|will collect].
[wife|husband|son|daughter|mum|dad|brother|sister|cousin|neighbour|friend], {P}, [came in|rang|is here|asks for news].
{T} [saw|reviewed|examined|discharged] {P} [today|yesterday|on {D}].|Seen by {T}.
[Reviewed|Checked|Signed|Dictated|Typed|Witnessed|Approved] by {P}.|{P} and {P} [came together|agree|will share the care|were both there].
Born on {B} in {C}.|DOB {B}.|[date of birth|born|b.] {B}|{F}, born {B}, {X}|{F} ({B}) {X}|Thank you for [seeing|referring] {F}.
[Dear|Hello|Hi|Hey] {P},|Dear {T},|[Regards|Best|Thanks|Cheers|Yours|Sincerely|Many thanks|Kind regards|xx], {P}
[My name is|I am|This is|It's|Here is] {P} [and|from {C} and] I [need|want|lost|ordered] [help|a refund|my card|two of them].
the address is {A}|[Send|Ship|Deliver|Post|Mail] it to {P}, {A}.|[moved|moving] [from {C} |]to {C}
[We|They] [drove|went|came] [from|to|through] {C}.|{P} from {C} [asks|says|writes] {X}|mail [me|her|him|us] at {E}|E-mail: {E}
[user|login|username|account|handle|nick] {U} [is locked|wants help|wrote:|posted]|[find me|follow me|I am] [as|on insta as] {U}
logged in as {U}|[id|ID|No.|number|ref|card|member|policy|passport|hospital no|MRN|NHS|insurance|customer|account] [is |no. |: |]{I}
[car|plate|reg|registration|vehicle|van] {V} [is parked outside|was seen|blocks the gate]
{P} [did not|does not|never] [want|take|attend] {X}
[Told|Asked|Informed|Reminded|Met|Helped|Saw|Called] {P} [today|again|twice|at the desk].|Handed over to {P} at {N}:{N}.
{P}'s [notes|chart|bag|glasses|family|daughter|appointment|order|parcel] [is|are] [here|missing|with us|delayed].
[meeting|appointment|lunch|session] with {P} on {D} in {C}
[Consultant|GP|Nurse|Surgeon|Therapist|Midwife|Agent|Driver|Interpreter|Guardian|Next of kin|Carer|Witness]: {F}
[Copy|cc|Attn|c/o|FAO|To|From|For]: {P}|On {D}, {P} wrote:|{P} [says|said|thinks|reports|claims|denies|hopes|insists] [that |]{X}
according to {P}, {X}|[with|for|from|by|to|and|via] {P}|[remember|this is] {P}, [he|she] [asked|came] on {D}
it was {P} who [found|brought|signed|reported] it|the one [called|named] {P} [is|was] {X}
[when|after|before|because|until|while] {P} [arrived|left|called|fell|came home], {X}
[ask|tell|let|invite|thank|blame|pay] {P} [first|please|for me]|[neither|both|only|even|also|maybe] {P} [knew|came|signed] {X}
{P}, {P} and {P} [were present|signed|ate together].|[bed|room|bay|cubicle] {N} {P}: {X}
[Patient|Client|Caller|Customer|Guest|Name] {P} {X}|{P} - {X}|{P}: {X}|{P} ({G}'s [mother|boss|son]) {X}
{P}, [a teacher|a widower|retired|{N} years old], {X}|[died|married|retired|was buried|worked] in {C} [on {D}|in {D}|]
the branch in {C} [is closed|has stock|moved]|[bus|train|ambulance|taxi|flight] [from|to] {C} [late|at {N}]|{C}, {D}
born in {C}, grew up in {C}|{C} office|[near|outside|north of|close to] {C}|next [clinic|visit|scan] on {D}
[since|from|until|by|before|on] {D} {X}|works for {P} in {C}|g/f {P} [aware|informed]|d/w {P}, {X}|s/b {T}, {X}|nok {P} {H}|pt {P} {X}
[mr|mrs|ms|miss|dr] {L} [seen|aware|home today]|w/ {P} {X}|{G} [sleepy|up and about|nil by mouth], {X}
"""
FORM: Final = """
Name={F}|Patient={F}|Patient name={F}|Surname={L}|First name={G}|Last name={L}|Forename={G}|Full name={F}|Nombre={F}|Apellidos={L}|Nom={L}
Prénom={G}|Naam={F}|Vorname={G}|Nachname={L}|Next of kin={F}|NOK={P}|Doctor={T}|GP={P}|Referrer={P}|Consultant={P}|Nurse={P}|Contact={P}
Carer={P}|Emergency contact={F}|Mother={F}|Spouse={P}|Recipient={F}|Sender={F}|Address={S}|Address={A}|Street={S}|Adresse={S}
Dirección={S}|Adres={S}|Town={C}|City={C}|Ort={C}|Ville={C}|Ciudad={C}|Plaats={C}|Place={C}|Place of birth={C}|Post code={Z}|ZIP={Z}
PLZ={Z}|CP={Z}|Postcode={Z}|DOB={B}|Born={B}|Date of birth={B}|Geburtsdatum={B}|Né le={B}|Date={D}|Visit={D}|Admitted={D}|Phone={H}
Tel={H}|Mobile={H}|Fax={H}|Móvil={H}|Email={E}|Mail={E}|User={U}|Login={U}|Username={U}|Handle={U}|Nickname={U}|ID={I}|MRN={I}
Policy no={I}|Member no={I}|Passport={I}|National ID={I}|Card no={I}|Account={I}|Plate={V}|Vehicle={V}|Reg. no={V}|Reason={X}|Notes={X}
Diagnosis={K}|Medication={M} {N} mg|Allergies={M}|Complaint={X}|Age={N}|Ward={N}|Order={N}|Comment={X}|Diet=light|Blood group=A|Sex=F
Status=open|Priority=high
"""
# How nurses, clerks and people in a hurry write: names at the beginning of a line, after "w/", in brackets, in an inscription.
SHORTHAND: Final = """
{L} [BP|bp] {N}/{N}, [given tea|recheck at {N}]|{P} obs stable, [slept|up to chair|nil new]|{L} [nbm|NBM] for [scan|scope|theatre at {N}]
{L} to [ward|theatre|x-ray|clinic] {N}, notes [with him|follow|missing]
{L} [rang|phoned|called|texted] [x2|twice|again], [will ring|no reply|upset]|bed {N}: {L} [for home|for scan|waits for a bed|off legs]
[B|bed |rm |room ]{N} {L} [needs bloods|kept in|settled]|side room {N}: {P}, {K}|[seen|d/w|spoke|reviewed|checked|done] [w/|with] {P}
[w/|with|by|per|via|from|for|to] {P}.|[dressing|bloods|scan|letter|call|walk] by {P}. {X}|consent [w/|with|by] {P}
[row|lunch|call|meeting|chat] with {P}. {X}|[told|asked|knows]: {P}|code [with|known to|held by] {P}
[ring|card|watch|tag|back] marked "{G} [&|and|+] {G} {D}"|"{G} + {G}" on the [inside|back]|[{G}|{L}] - pls [ring|chase|sort] {X}
[mum|dad|sib|sis|bro|wife|hubby|partner|gran] {G} [re {K}|has the keys|is here|came too|well]
[nan|grandson|granddaughter|auntie|uncle|cousin|twin] {G} [aware|re {K}|at home|brought it]
[older|younger|little|big] [sister|brother|one] {G} [at school|coughs|well]
[hv|gp|cpn|ot|sw|slt|tvn|cns|sho|reg] {L} [to weigh|to see|aware|will ring]|[Dr|dr|Sr|RN|HCA] {L} [aware|paged x{N}|on way]
{G}: [pls see below|ok|noted, thanks|done]|{G}, [pls|can you|could you] [ring|mail|ask] {P}|- {G}|-- {G} x|/{G}|~{G}|({G})
[ta|thx|rgds], {G}|{G} xx|yours [faithfully|truly], {F}|[Rota|Present|Apologies|Away|Cover|On call|Late|Early]: {P}, {P} [and|&] {P}
[Rota|Swaps]: {G} [swaps|covers|for] {G}|[if you|should you|did you] [see|meet|hear from] {P}, [say hello|give my love|tell them]
[thanks to|shout out to|love to|greet|greetings to] {P} [and|&] {P}
this is {P} from [number {N}|the dentist|the garage|next door|accounts]|its {G} from [work|upstairs|the flat]|{G} here, {X}
{P} was [at school with us|on your ward|our guest] until {D}|[he|she] says it was {P}|ask {P} in [the kitchen|stores|{C}]
the {C} [file|branch|lot|shop|clinic|order|team|office|office's]|our [branch|shop|depot|clinic] in {C}|[back|on|over|up|down] to {C}
[they|family|he|she] [prefer|prefers|chose|choose|like|likes|left for|is from|are from|comes from|come from] {C}[.| now.| instead.]
not {S} but {S}|[old|new|billing|delivery] address[:|] {S}, {C}|[mum|dad|parents]: {S}|[key|parcel|box] [is |]at {S}
our ref [{I}|{N}] / your ref {I}|Ref. {I}, {D}|({I}, {F})|{F} ({I})|[claim|file|case of] {F}, {I}
[ring|text|try|use|mob|cell|ask at|call] {H}|no answer on {H}|not {H}, use {H}|{H} [is my husbands|is dead|is better]
[his|her] dog {Q} [barks|jumps up]|[from|to] {C} by [bus|train|taxi], {H}
"""
# What people type when they ask, mostly in small letters. Names stand in few of them.
QUESTIONS: Final = """
how long is the [warranty|garantee|warrenty|guarantee] on the {Q} [hoover|speaker|kettle|lamp|one|]
does the {Q} [come in black|map rooms|need a hub|fit]|wich {Q} [bulb|bag|filter|strap] [fits|do i need]
my {Q} [wont|doesnt|will not|dont] [connect|charge|start|turn on|pair]|is the {Q} {O} [dishwasher safe|loud|waterproof|ok for babys]
whats the difrence between {Q} and {Q}|can i [return|swap|keep] a {Q}
can i get the {Q} [cheaper|repaired|delivered] [tomorow|today|before friday]|{Q} not [working|heating|sucking] [anymore|at all]
the [robot|old|new|red|small|cordless|second] {O} [stopped|smells|leaks|is broken]|do you [sell|repair|stock|price match] {Q}
[where is|whats up with] my [parcel|order|refund]|how many [points|days|stamps] [do i need|have i got] for a [voucher|{Q}]
when do you [open|close] on [sunday|bank holidays]|can you [cancel|change] it|why was i charged twice
how do i [reset|clean|descale] the {Q}|what [dose|amount] of {M} [is safe|can a child have|at night]|can i take {M} with {M}
does {M} [make you sleepy|cause {K}]|what helps against {K}|is {K} [catching|dangerous|hereditary]|when should {M} be stopped
how is {K} [treated|diagnosed]|side effects of {M}|[first line|best] treatment for {K}|target [bp|hba1c|ldl] in {K}|what does {Y} mean
whats a normal {O}|who do i [ring|ask|tell] about the [invoice|bill|scan]|is there a [discount|waiting list] for [students|{K}]
do u deliver on [saturday|sundays]|whats the phone number of [customer service|the clinic|the front desk]
how do i talk to a [person|human]|has {P} [paid|rung|been seen|got an appointment]|when is [mr|mrs|ms|dr] {L} [in|back|free]
what did {P} [say|order|have for lunch]|is {P} [on the ward|allowed to eat|still in theatre|a customer]|my name is {F}, {X}
i am {F} and my {Q} [broke|is late]|can you [send|deliver] it to {P}, {A}|does {P} [have|take|need] {M}
do you have a [shop|clinic|branch] in {C}|how do i get to {C} [from {C}|]
"""
# Makers and models: real ones of many trades; others are made up letter by letter.
MAKERS: Final = """
Dyson Bosch Samsung Sony Philips Miele Siemens Braun Canon Nikon Nokia Garmin Fitbit Ikea Lego Tesla Ford Honda Toyota Volvo Fiat Dell
Lenovo Asus Acer Logitech Sonos Bose Hoover Henry Kenwood Delonghi Tefal Rowenta Makita Dewalt Stihl Karcher Brita Gillette Nivea
Pampers Nestle Danone Adidas Puma Nike Levis Zara Primark Tesco Asda Aldi Lidl Walmart Costco Argos Zalando Amazon Google Apple Huawei
Xiaomi Roomba Vorwerk Kindle Nespresso Playmobil Barbie Omron Accuchek Dexcom Libre Medtronic Ottobock Sealy Tempur
"""
# Words of the trade that stand where names stand.
TRADE: Final = """
hoover sander strimmer dehumidifier toaster blender juicer duvet tumbler dryer freezer monitor router modem tripod speaker buggy cot
thermostat charger adaptor cartridge hinge gasket nozzle bagless cordless beanbag futon ottoman settee dishwasher ferritin creatinine
lactate troponin albumin handover rota bleep catheter cannula drip obs sats theatre triage shelf terrier spaniel collie
"""
EPONYM_NOUNS: Final = (
    "disease syndrome sign test score scale palsy catheter "
    "lymphoma criteria fracture manoeuvre tube position solution stain"
).split()
ROOTS: Final = (
    "cardi nephr hepat gastr derm arthr neur oste my enter cyst "
    "phleb bronch col rhin ot ophthalm thyroid pancreat splen encephal mening"
).split()
ENDS: Final = "itis osis opathy ectomy oscopy omegaly algia oma emia ostomy oplasty ography".split()
STEM_ENDS: Final = (
    "pril sartan olol statin azole cillin mycin floxacin prazole setron "
    "triptan dipine zepam gliptin gliflozin mab tinib parin xaban profen oxetine"
).split()
