"""The words that passphrases are made of: 2,048, so that each word carries eleven bits.

Chosen to be said on the telephone and written from hearing: plain English words of three to eight
letters, none that sounds like another word, that British and American people spell differently, or
that has to do with illness. The list may change between releases: a passphrase is compared with
what was set, never looked up here.
"""

_WORDS = """
    abacus accept achieve acorn acre active actor adapt admire advise agent agree airport airy
    ajar alarm album alcove alert alike alive alley almanac almond alphabet alpine always amaze
    amber ample amused anchor angel angle animal annual answer antenna antique antler apex apple
    apricot april apron aquarium arcade arch archer arena arise around arrive arrow artful
    artisan artist ash asleep aspen asphalt assist athlete atlas attend attic auburn august
    author autumn avenue award awesome awning axis baby backpack backyard bacon badge badger
    bagel baker bakery balance balcony ballad ballet balloon ballpark bamboo banana band bandana
    banister banjo bank banner barbecue barber bargain barley barn baseball bashful basic basil
    basin basket baton beacon bead beam beaver bed bedroom beehive beetle begin behave believe
    bench bicycle bigger bingo birch bird birthday biscuit bishop bison bistro blanket blazer
    blend blender block bloom blossom blouse bluebell boat bobcat bobsled bold bonfire bonnet
    bonus book bookcase bookmark boot borrow bottle bottom bounce bowl bowling box bracket braid
    bramble branch brass brave bravo breeze brew brick bridge brief bright bring broad bronco
    bronze broom brother brown brunch brush bubble bucket buckeye buckle budget buffalo bugle
    build builder bulb bumper bundle bunny burger bus busy butter button buyer cabana cabbage
    cabin cabinet cable caboose cactus cadet cafe cake calendar calm camel cameo camera camp
    canal candle candy canoe canopy canteen canvas canyon capable cape captain car caramel
    caravan card cardinal care careful cargo carnival carousel carpet carrot carry cart cartoon
    carve cascade cashew cashmere castle casual cat catch catcher catfish causeway cedar celery
    cello cement chain chair chalk champion chance change chapel chapter charm chase chat
    cheddar cheer cheerful cheese cheetah cherish cherry chess chestnut chicken chief chimney
    chip chipmunk choice chorus chutney cilantro cinema cinnamon circle circus citrus city civic
    clam clap clarinet clasp classic clay clean clear clerk clever cliff climb climber clipper
    clock closet cloth clothing cloud clover clown club cluster coach coast coaster coat cobalt
    cocoa coconut coffee coin collar collect collie colony column combine comet comfort comic
    compass comrade concert condor cone connect control cookbook cookie cool copilot copper copy
    coral cork corner cornet corridor cosmic costume cottage cotton couch cougar country courage
    cousin cover cowbell cowboy coyote crab cracker cradle craft crane crater crayon cream
    create creek crescent cricket crimson crisp crocus cross crossing crown cruiser crumb crust
    crystal cube cucumber culture cup cupcake curious curtain curve cushion custard custom
    cutlery cutter cycle cyclist daffodil daily daisy dance dancer daring dawn daybreak daydream
    daylight dazzle decade december deck decoy deep defend delight deliver delta denim design
    desk diagram dialect diamond diary dice digital diner dinghy dinner dinosaur diploma direct
    disco discover dish display divide dock dog doll dollar dolphin domain dome domino donkey
    door doorbell doorway double dove downtown dozen dragon drama drawer dream dress drift drive
    driver driveway drum drummer duck dugout dune dust duster dustpan eager eagle early earn
    earring earth ease easel east easy echo eclipse edge editor educate egg eggplant egret elder
    elegant elephant elevator eleven elk elm embark emblem emerald empire enable enamel endless
    engine enjoy ensign enter entry envelope equal equator escape essay estate evening event
    everyday evolve example excite exit expand expert explain explore extend extra fable factory
    fair fairway falcon familiar family famous fancy fanfare farm farmer farmland fashion fast
    faucet feast feather feature fedora fellow felt fence fern ferret festival fetch fiction
    fiddle field fiesta fifteen fifty fig figure film finch fire firefly firewood first fish
    fisher fishing flag flagpole flame flamingo flannel flapjack flash flask flatbed fleece
    flexible flicker flight flint flip float flock flood floor florist flower fluent fluffy
    flute foam focus fog fold folder folio folklore follow football footman footpath footstep
    forest forever forget fork formal fortress fortune forward fossil found fountain fox
    foxglove fragment frame frank freckle free freeway freezer freight fresh friday friend
    fringe frog frost frosting fruit fudge funnel funny furnace future gadget gain galaxy
    gallant gallery galley gallon gallop game garage garden gardener garlic garnet gather gazebo
    gazelle gecko gem generous genius gentle genuine geranium gesture geyser giant gift giggle
    ginger gingham giraffe glacier glade gladly glance glass glider glimmer glitter globe gloss
    glove glow glue gnome goal goat goblet gold golden goldfish golf gondola good goose gopher
    gorilla gosling grace graceful grain granary grand grandma grandpa granite granola grant
    grape graph gravel gravy green greet griddle grill grocery group grove grow guess guide
    guitar gull gum gumdrop guppy gymnast habit hacksaw half halibut hallway hammer hammock
    hamster hand handbook handle handy happen happy hardly harmony harp harvest hasten hat
    hatchet haven hawk haystack hazel hazelnut headband headlamp hearty heather heavy hedge
    hedgehog heirloom helium hello helmet help hen herb hero heron highland highway hiker hill
    hilltop hippo history hobby hockey holiday hollow holster home homeland honest honey
    honeybee hood hook hoop hope hopeful horizon horn hornet host hostel hotel house huge human
    humble hummus hundred hunter hurry hut hydrant ice iceberg icebox icecap icicle icing idea
    ideal igloo iguana imagine impress improve inch indigo indoor ink inkwell inlet inn insect
    inside inspire instant invent invite iris iron island item ivory ivy jacket jackpot jaguar
    jam jamboree january jar jasmine jazz jelly jersey jewel jigsaw jingle jockey join joke
    jolly journal journey joy joyful joyride jug juggle juice jukebox july jumbo jumper junction
    june jungle junior juniper kangaroo kayak kayaker kazoo keen keeper keepsake kennel ketchup
    kettle keyboard keychain keynote kickball kilt kind kindly king kingdom kiosk kit kitchen
    kite kitten kiwi knapsack kneel knuckle koala label lace ladder lady ladybug lagoon lake
    lamb lamp land landmark lantern lapel laptop larch large lark laser lasso latch lattice
    laugh laundry lava lavender lawn layer leader leaf learn leather leave ledge ledger left
    legend lemon lemonade lemur length lentil leopard letter lettuce level library lifeboat
    light lighter lilac lily lime limerick linen lineup linger link lion liquid listen little
    lively lizard llama loaf lobby lobster local locket lodge lodger loft log logic lollipop
    lonely long loop lotus loud lounge lovely loyal lucky lullaby lumber lunar lunch lynx lyric
    macaroon machine mackerel maestro magenta magic magma magnet magnolia magpie mahogany
    mailbox mailman major mallard mammoth mandolin mango map maple marble march margin marigold
    marina market mascot masonry master matador match matter mattress maximum maybe meadow
    measure meeting mellow melody melon memory mend menu mercury merge mermaid merry meteor
    middle midnight mighty mild mile milk mill million mimic mindful mineral minnow mint mirror
    mitten mocha model modern modest moist moment monarch monday monkey monsoon month moon
    moonbeam mop mosaic moss moth motion motor motto mountain mouse move movement movie muffin
    mulberry mulch mule mural murmur museum mushroom music mustang mustard mutual mystery myth
    nail name napkin narrow nation native nature navy nearby neat nebula nectar needle nephew
    nest net nettle nickel nightcap nimble nine ninety noble nomad noodle normal north notable
    note notebook notepad notice novel nozzle nudge nugget number nursery nut nutmeg nutshell
    nylon oak oat oatmeal obey oboe observe observer ocean octagon october octopus offer office
    olive omega onion opal open opera opinion option orange orbit orchard orchid order organic
    origin oriole osprey ostrich otter outback outdoor outfit outlet outpost outside oval oven
    overture owl owner oxygen oyster pacific package paddle paddock page pagoda paint paisley
    palace palm pancake panda panel panorama pansy panther pantry papaya paper paprika parade
    parallel parasol parcel parent park parka parrot parsley partner party passage passport
    pasta pastel pastime pastry patch path pathway patio patrol pattern pavement pavilion payday
    pea peaceful peach peacoat peacock peanut pearl pebble pecan pelican pen pencil penguin
    penny peony people pepper perch perfume pergola period pewter pheasant phoenix phone photo
    phrase piano piccolo pickle picnic picture pigeon pillow pilot pinch pine pinecone pinto
    pinwheel pioneer pipe piston pitcher pizza place plaid plan planet plank plant plaster
    plateau platinum platypus play playful playmate plaza pleasant please pledge plenty plover
    plumber pocket poem poet pogo point polar polish polite pompom pond pony poodle popcorn
    poplar poppy popular porch porridge portal porter portion portrait post postcard poster
    postman posture potato pottery powder prairie praise prepare presto pretty pretzel primary
    princess print printer prism prize product profile promise prompt proper protect protein
    proud proverb publish pudding puddle puffin pull pulley puma pumpkin pupil puppet puppy
    purple purse push puzzle pyramid quail quarry quarter queen quest quick quicken quiet quill
    quilt quiver quota quote rabbit raccoon race radar radiant radio radish raffle raft rail
    railway rainbow raincoat raindrop rainfall raisin ranch random range ranger rapid rattle
    raven ravine reach ready realm rebuild recipe recite red reef reflect refresh regal regatta
    region reindeer relax relay relic remote repair repeat reply reptile rescue reserve resort
    rest restful return reveal reverse review revise reward rhubarb ribbon rice rider ridge ripe
    ripple rise river rivet roadside roam roast robe robin robot rocket rodeo roller roof
    rooftop room rooster rope rosebud rosebush rosemary rotate rotor round routine rowboat
    rowing royal rubber ruby rudder rug ruler runner runway rural rust rustic saddle safe
    saffron sage sailboat sailor salad salmon saloon salsa salt salute sample sandal sandbox
    sandwich sapphire satchel satin satisfy saturn sauce saucepan saucer sausage savanna sawdust
    sawhorse sawmill scale scallop scarf scarlet scenery scenic scholar school science scissors
    scooter scout screen script sculptor seagull seahorse search seashell seaside season seat
    seaweed second secret sedan seesaw senior sequel sequin sequoia serenade serene seven shade
    shadow shake shampoo shape share shark shawl shed sheep shelf shell shelter sherbet shield
    shift shine shingle shiny ship shirt shoebox shoelace shop short shovel shower shrimp shrink
    shuffle shutter sidewalk signal signpost silent silk silo silver simple sincere singer siren
    sister sixteen sixty skate sketch skill skip skipper skirt sky skylark skyline slalom slate
    sled sleepy sleet sleeve slender slice slipper slope sloth slow smart smile smooth snack
    snail sneeze snorkel snow snowball snowman snug soap soccer sociable social sock soda sofa
    soft solar solid solo sombrero sonata sonnet sort sound soup source south soy space spark
    sparkle sparrow spatula speak spear special speech speed spell spend sphere spice spider
    spinach spinner spiral spire spirit splash splendid sponge spoon sport spot sprig spring
    sprinkle sprout spruce spyglass square squash squeak squid squirrel stable stadium staff
    stage stairway stallion stamp stand stanza star starfish starling start state station statue
    stay steady steam steamer steep steeple stem stencil stereo sticky still stirrup stitch
    stone stopper storage stork storm story stove straw stream street stretch stride string
    strong strudel student studio study style success sugar suggest suit suitcase summer summit
    sunbeam sunburst sundeck sundial sundown sunny sunrise sunset sunshine supper support
    surface surfer surprise survey sushi swallow swamp swan sweater sweep sweet swift swim
    swimmer swing switch swivel sword syrup table tadpole talent talk tall talon tame tango
    tapestry target tart tartan task tassel taste taxi teach teacher teacup teal teammate teapot
    teaspoon tell temple tender tendril tennis tent tenth textbook texture thank thatch theme
    theory thicket thimble think thirty thistle thread thrive thumb thunder thursday ticket tidy
    tiger tile timber timer tinker tinsel tiny title toast toaster toboggan today together token
    tomato tomorrow tool toolbox top topaz topic topsoil torch torrent tortoise toucan touch
    tour towel tower town toy trace track tractor trade traffic trail train transfer transit
    travel trawler tray treasure tree trestle triangle trick tricycle trinket triple trivia
    trombone trophy tropical trout trowel truck true trumpet trunk trust truth tuesday tugboat
    tulip tumble tumbler tuna tundra tunnel turban turkey turnip turret turtle tusk tuxedo
    twelve twenty twig twilight twin twine twinkle twist typist ukulele umbrella uncle unfold
    unicorn uniform unique unit unite universe update upload upright upstairs urban useful usher
    vacation valet valley value valve van vanilla variety vase velvet vendor venture veranda
    vertical vest vibrant victory view village vine vinegar vineyard violet violin visible
    vision visit visitor visor vista vivid vocal voice volcano volume voyage waffle wagon waiter
    wake walk walker walkway wallet walnut walrus wand want wardrobe warm washer watch water
    waterway weaver wedding wedge weekday weekend weekly welcome west wetland wetsuit wharf
    wheat wheel whisker whisper whistle whistler wick wicker wide widget wild wildcat wildlife
    willing willow windmill window windsock wing winner winter wisdom wise wish witness wizard
    wolf wombat wonder woodland woodshed woodwork wool word workshop world worm worthy woven
    wrap wreath wrench writer yacht yard yarn year yearbook yearly yeast yellow yield yodel yoga
    young youth zeal zebra zenith zero zesty zigzag zinc zipper zoo zucchini
"""
PASSPHRASE_WORDS = tuple(_WORDS.split())
