"""What people most often choose as a password, and attackers therefore try first.

`COMMON_WORDS` count with whatever stands around them: `password_patterns` takes digits and signs
off their ends and undoes letters written as digits, so `Sunshine`, `sunshine1!` and `5unsh1ne` are
all one entry. `COMMON_PASSWORDS` are walks over the keyboard and number pad and the like, which are
common as a whole. Both are in lower case and without accents. Put together by us from what is
generally known about chosen passwords; NIST SP 800-63B-4 §3.1.1.2 asks for such a list and names
none.
"""

_WORDS = """
    aaron abcd abcdabcd abcde abcdef abcdefg abcdefgh abigail abracadabra access accessdenied
    accord account accounts acdc adam address adele adgangskode admin administrator adrian
    adriana africa airforce ajax alan alaska albert alejandro alex alexander alexandra alexis
    alice alicia alien alison allah allison aloha alohomora always alyssa amanda amazing amazon
    amber amen america american amsterdam andrea andreas andrew android angel angela angelbaby
    angelface angelica angelina angelo angels anna anne annie anniversary anthony antonio
    anything apollo apple apples april aragorn argentina ariel army arsenal artemis arthur
    asdasd asdf asdfgh asdfghjkl asdqwe asdzxc ashleigh ashley assassin asshole athena atlanta
    audi audrey august austin australia austria autumn avengers awesome azerty babe baby babyboy
    babydoll babygirl backup bacon badboy badgirl bailey bambi banana bananas bandit bank
    banking barbara barcelona barry bart baseball basketball bass bastard batman bayern beach
    beagle bear bears beatles beautiful beckham beer believe bella benjamin benvenuto berlin
    bernard besiktas bestfriend bestfriends beth betty beyonce bianca bible bicycle bieber
    bienvenido bienvenue bigboy bigdaddy bigdog biggie biker bilbo billion billy biology
    birthday bismillah bitch bitches biteme black blackberry blackbird blackcat blackdog
    blackpink bleach blessed blessing blessings blink blossom blue blueberry bluemoon bluesky
    bobby bobmarley bond bonjour bonnie boobs boston boxing boyfriend boys brad bradley brandon
    brasil braves brazil bread breakingbad brenda brian britain britney brittany broncos
    brooklyn brother brothers brown bruce bruins brussels bryan buddha buddy budweiser buffalo
    buick bulldog bulldogs bulls bullshit bunny burger burrito business buster butter
    butterflies butterfly buzz cadillac caitlin cake calcio california callofduty calvin camaro
    cameron canada candy captainamerica cardinals carla carlos carmen carol carolina caroline
    carolyn carrot cartman cash cassie catherine cats catwoman cecilia cellphone celtic celtics
    champagne change changeit changeme chargers charles charlie cheese cheeseburger cheetah
    chelsea chemistry cherry cheryl chevrolet chevy chewbacca chicago chicken children china
    chloe chocolate chris christ christian christina christine christmas christopher church ciao
    cinderella cisco civic claire claudia claudio cleveland clinic cobra cocacola cock coco
    coconut coffee coke coldplay college comeon company computer computers connor contrasena
    cookie cookies cool coolio corona corvette cougar counter country courtney cowboy cowboys
    cowgirl crazy cricket crystal cubs cupcake cutie cutiepie cyber cycling cynthia daddy daisy
    dakota dallas dance dancer dancing daniel daniela danielle danny dark darkness darkside
    darren darthvader database daughter david davidson deadpool deathnote debbie deborah debra
    december default dell demon denise dennis denver derek desktop destiny detroit deutschland
    devil diamond diamonds diana diane dick diego diesel director disco doctor doctors dodge
    dodgers doggie doggy dogs dollar dollars dolphin dolphins dominic dominique donald donna
    dontforget dontknow doris dorothy douglas dracula dragon dragonball dream dreamer dreams
    drummer drums ducati dumbass dumbledore dumbo dylan eagle eagles earth easter edcrfv eduardo
    education edward egypt elena elephant elizabeth ella ellen elsa elvis email emerald emily
    eminem emma engine england english enterprise eric erica erika erin espana espresso esther
    ethan eugene evan evanescence evangelion evelyn everton everything evil excellent fabian
    facebook fairy faith falcon falcons fall family familyguy fanta fantastic fantasy father
    february felipe felix fenerbahce fernanda fernando ferrari fiftycent finalfantasy finance
    findingnemo fire firebird firefighter firefly fireman fish fishing fitness flash florence
    florida flower flowers floyd fluffy football ford forest forever foreverlove forgetit forgot
    forgotten formula fortnite france francis francisco franco frank frankenstein frankie fred
    freddy freedom friday friend friendly friends friendship frodo frozen fuck fucker fuckme
    fuckoff fuckyou funny fussball futbol futebol gabriel gabriela gaga galatasaray galaxy
    gameofthrones gandalf ganesh ganesha gangsta gangster garage garden garfield garlic gary
    genesis geneva gentleman geoffrey george georgia gerald germany ghost giants gina ginger
    giovanni giraffe girl girlfriend girls giuseppe gladiator gloria goaway godbless godfather
    godisgood godislove goku gold golden goldfinger golf golfer golfgti golfing goofy google
    gordon gorgeous grace graduate graham grandfather grandma grandmother grandpa grant grape
    grapes gray green greenapple greenday greg gregory grey gryffindor guest guinness guitar
    hacker hackers hallo halloween halo hamburger hamster handsome hannah hans happiness happy
    happybirthday harley harleydavidson harold harry harrypotter haslo hawaii hawk health
    healthcare healthy heat heather heaven heavenly hector heineken heisenberg helen hell
    hellfire hello hellohello hellokitty helpdesk henry hercules hermione heslo hiphop history
    hobbit hockey hocuspocus hogwarts hola holiday holly hollywood holyspirit homer honda honey
    honeybee hope horse horses hospital hottie houston howard hugs hulk hummer hunter hurricane
    husband idiot idontknow iforgot ihatethis ihateyou ilovegod ilovehim ilovejesus iloveme
    ilovemom iloveu iloveyou iloveyoubaby imissyou india inshallah instagram internet iphone
    ireland irene ironmaiden ironman isaac isabel isabella island israel istanbul itachi italia
    italy ivan jack jackdaniels jackie jackson jacob jacqueline jaguar jake james jamesbond
    jamie jane janet janice january japan jasmin jasmine jason javier jayz jean jedi jeep
    jeffrey jenna jennifer jenny jeremiah jeremy jerry jersey jesse jessica jessie jesus
    jesuschrist jesusislord jesusloves jesussaves jets jill jimmy joan joanna joanne joel
    johanna john johnny joker jonathan jordan jorge jose joseph josephine joshua joyce juan
    judith judo judy juice julia julian juliana julie juliet july june jupiter justice justin
    justinbieber juventus kanye karaoke karate karen karina karl kate katherine kathleen kathryn
    kathy katie katrina kawasaki kayla keith kelly kenneth kentucky kevin keyboard keypass
    khaleesi kids killer killme kimberly king kingdom kirsten kiss kisses kissme kitten kittens
    kitty kittycat knicks knockknock kobe korn krishna kristen kristin kristina kyle labrador
    ladies lady ladybug ladygaga lakers lamborghini lannister laptop larry lasvegas laugh laura
    lauren laurence lawrence leah leavemealone lebron ledzeppelin legend legendary legolas lemon
    lenovo leon leonardo leslie letmein letmeinnow liberty lightning lily lime lincoln linda
    lindsay lindsey linkin linkinpark linux lion lisa liverpool lkjhgfdsa logan login logmein
    loki london lord lordjesus lordoftherings lorenzo losangeles losenord loser louis louise
    love loveforever lovelove lovely loveme lover loverboy lovers loveyou lucas lucia lucifer
    lucky lucy luffy luigi luis luke lukeskywalker lydia madonna madrid maggie magic magical
    mail mama mamma manager manchester mango manhattan manuel maradona marathon marcel march
    marco marcos marcus margaret margarita maria marie marilyn marine marines mario marion
    marissa mark marketing marlene marley mars martha martin martina mary mashallah mason master
    masterkey mastermind math matrix matteo matthew maureen maurice maverick mavericks maxime
    maxwell mazda medical medicine megadeth megan melanie melbourne melissa mercedes mercury
    merlin mermaid message messages messi metallica mets mexico miami michael michaeljackson
    michaeljordan michelle mickey mickeymouse microsoft midnight miguel mike milan milano
    military milk milkshake million millionaire minecraft minnie miranda missyou mitchell
    mitsubishi mnbvcxz mobile mohamed mohammed molly momanddad mommy monday money moneymoney
    monica monique monkey monster montana montreal moon moonlight morgan morpheus moscow moskva
    motdepasse mother motorbike motorcycle motorola mountain mountaindew muhammad music musica
    mustang mybaby mychart mylove myloves mypass mypassword mystery mystic nacho nala namaste
    nancy naruto nascar natalia natalie natasha nathan nathaniel nature navy neil nelson nemo
    netflix network never newpassword newyear newyork newyorkcity neymar nicholas nick nicole
    nightmare nina ninja nintendo nirvana nissan noah nobody noidea nokia nopass nopassword
    norman nothing november number nurse nursing ocean october odin office oklahoma oldpassword
    olga oliver olivia omar onedirection onepiece onion opensesame openthedoor openup oracle
    orange oranges orchid oreo orlando osaka oscar pablo packers paige pamela panda pantera
    panther panthers papa paradise paris parola pascal pass passphrase passw passwd password
    passwordpassword passwort pasta pastor patches patient patients patricia patricio patrick
    patriots paul paula pauline peace peach peanut pearl pedro pele penelope penguin penis
    pepper pepsi perfect peter petra phantom philadelphia philip phillip phoebe phoenix phone
    physics piano pierre pikachu pimp pincode pineapple pink pinkfloyd pinkpanther pirate
    pittsburgh pizza planet playboy player playgirl playstation pluto poiuy poiuytrewq pokemon
    poland police polska pontiac pony poodle pooh popcorn porn porsche portal portland potato
    praisegod pray prayer predator presley presto pretty prettygirl prince princesa princess
    principessa prinzessin private psalm pumpkin puppies puppy purple purplerain pussy pussycat
    python qazwsx qazwsxedc queen qwaszx qweasd qweasdzxc qweqwe qwer qwert qwerty qwertz rabbit
    racecar racer rachel racing radiohead rafael ragnarok raiders rainbow rainbows ralph rambo
    rammstein ramon rangers raquel raspberry ravens raymond realmadrid rebecca redbull redrose
    redskins redsox redwings reggae regina remember rememberme renee ricardo rich richard
    rickandmorty ricky rihanna rita river robert roberta roberto robin roblox rock rocknroll
    rockstar rocky rodrigo roger roland rollingstones roma roman rome ronald ronaldinho ronaldo
    root rosa rose rosemary roses rottweiler roxana roxanne ruben ruby rugby runner running
    russell russia ruth ryan sabrina sadie sailormoon saints salasana sales sally salt salut
    salvador samantha sammy samsung samuel samurai sandiego sandra sandy sanfrancisco santiago
    sapphire sara sarah sasuke satan saturday saturn sausage savior saxophone scarface scarlett
    school schweiz science scorpion scotland scott screwyou seahawks sean seattle sebastian
    secret secrets secure security seinfeld selena senha september serena sergio server service
    services sesame sexsex sexy sexygirl shadow shakira shakur shark sharks sharon shazam sheila
    shirley shit shiva shooting shrek signin signup silver simba simon simone simpsons sinatra
    singer singing sister sisters sixers skate skateboard skiing skywalker slayer slipknot
    slytherin smile smiley smokey snapchat sniper snoop snoopdogg snoopy snow snowball snowboard
    snowman soccer sofia softball soldier somebody something sonia sonic sony sophia sophie
    southpark spanish spencer spicy spider spiderman spirit spock spring sprite spurs stacey
    stallion star starbucks starcraft stark starlight stars startrek starwars steak steelers
    stefan stella stephanie stephen steve steven stones storm strawberry stud student stupid
    subaru suckme sugar summer sunday sunflower sunny sunrise sunset sunshine super
    supercalifragilistic supercool superman superstar supervisor support surfer surfing susan
    suzanne suzuki sweetheart sweetie sweetpea sweets sweety swimmer swimming sydney sylvia
    system taco tamara tania tanya tara tatiana taylor taylorswift teacher techno telephone temp
    temporary tennessee tennis tequila teresa terminator terry test tester testing testtest
    texas texts thankgod thanksgiving thebeatles theodore thepassword theresa thomas thor
    thunder thursday tiffany tiger tigger tiktok timothy tina tinkerbell tits todd tokyo tomato
    tony tornado toronto toshiba totoro tottenham toyota toystory tractor tracy travis treasure
    trevor trinity troy truck trucker truelove trumpet trustme trustno trustnoone tsunami
    tuesday tulip tupac turbo turkey turtle twilight twitter tyler ubuntu unicorn unicorns
    united universe university ursula user username vacation vader valentina valentine valeria
    valerie vampire vancouver vanessa vanilla vegas vegeta venus vera veronica vicky victor
    victoria victory vienna vikings vincent violet violin viper virginia vivian vladimir vodka
    voldemort volkswagen volleyball wachtwoord walkingdead walter wanda warcraft warrior
    warriors wasd water watermelon wayne webmaster website wednesday weekend welcome welkom
    wendy whale whatever whatsapp whiskey white whitehouse whitney whocares wife william
    willkommen windows wine winniepooh winter winteriscoming witch wizard wolf wolverine wolves
    woman women wonderful wonderwoman woody wrangler wrestling wsxedc xavier xbox xmen yamaha
    yankees yellow yoda yoga yolanda yourpassword youtube yvonne zachary zack zebra zelda
    zeppelin zeus zidane zombie zurich zxcv zxcvbn zxcvbnm zxczxc
"""
_WHOLE = """
    !qaz2wsx 00112233 007007007 01234567 0123456789 0987654321 10101010 10203040 1020304050
    102030405060 11223344 1122334455 112233445566 11235813 12121212 12301230 123123123 123321123
    12341234 12344321 1234554321 123456780 1234567890 123456789a 1234abcd 1234asdf 1234qwer
    123654789 123abc123 123qwe 123qwe123 123qweasd 123qweasdzxc 13131313 13579246 1357924680
    14141414 147258369 147852369 159357258 159753456 159951159 16180339 19871987 1a2b3c4d
    1a2b3c4d5e 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc 1qaz@wsx 1qazxsw2 20002000
    20202020 2468013579 24681357 25252525 27182818 31415926 3141592653 321654987 369258147
    456789123 4815162342 55667788 69696969 741852963 789456123 8675309 963852741 987456321
    98765432 99887766 a123456789 a1b2c3d4 a1b2c3d4e5 a1s2d3f4 aa123456 abc123abc abcd1234
    agent007 asd123asd asdf1234 asdfghjkl blink182 blink182blink bond007 correcthorse
    correcthorsebatterystaple fr33d0m h4x0r l33tsp34k loremipsum maytheforcebewithyou ncc1701
    ncc1701d ncc1701e pass1234 pl,okmijn q1w2e3 q1w2e3r4 q1w2e3r4t5 qaz123wsx qazxswedc
    qwe123qwe qweasd123 qwer1234 qwerty12345 qwertyuiop r2d2c3po test1234 thequickbrownfox
    thx1138 tobeornottobe wsxedcrfv z1x2c3v4 zaq12wsx zaq1xsw2 zaq1zaq1 zxcv1234 zxcvbnm1
"""
COMMON_WORDS = frozenset(_WORDS.split())
COMMON_PASSWORDS = frozenset(_WHOLE.split())
