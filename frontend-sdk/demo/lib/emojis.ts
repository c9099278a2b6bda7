// The emoji of the picker, each with its names. The first name is read by screen readers, and all are searched.

const list = `
🤖 robot,bot,machine;🧠 brain,mind,think;💡 light bulb,idea;✨ sparkles,magic;⭐ star;🔥 fire,hot;⚡ lightning,fast,energy
🎯 target,goal,aim;🚀 rocket,launch;🛸 flying saucer,ufo;🧭 compass,navigate;🗺️ map,world;⛵ sailing boat,sea;⚓ anchor,harbour
🌊 wave,sea,water;🏝️ island,beach;🌍 globe,earth,world;🌙 moon,night;☀️ sun,weather;🌧️ rain,weather;❄️ snowflake,winter
🌱 seedling,plant,grow;🌲 tree,forest;🌸 blossom,flower;🌻 sunflower,garden;🍀 clover,luck;🌵 cactus;🍁 leaf,autumn
🐶 dog,animal;🐱 cat,animal;🦊 fox;🐻 bear;🐼 panda;🦁 lion;🐯 tiger;🐸 frog;🐵 monkey;🐧 penguin;🦉 owl,wise;🦅 eagle;🐝 bee
🦋 butterfly;🐢 turtle,slow;🐙 octopus;🐬 dolphin;🐳 whale;🐠 fish;🦀 crab;🐴 horse;🦄 unicorn;🐘 elephant;🐉 dragon
😀 smile,happy;😂 laugh,joy;😊 blush,glad;😎 sunglasses,cool;🤓 nerd,study;🤔 thinking,question;😴 sleep,tired;🥳 party
😇 angel,kind;🤗 hug;🤝 handshake,deal;👋 wave hand,hello;👍 thumbs up,good;👏 applause,clap;🙏 thanks,please;💪 strong,fit
👀 eyes,look;🧑‍💻 programmer,code;🧑‍🏫 teacher,school;🧑‍🔬 scientist,lab;🧑‍⚕️ doctor,health;🧑‍🍳 cook,kitchen
🧑‍🎨 artist,paint;🧑‍✈️ pilot,fly;🧑‍🚒 firefighter;🕵️ detective,search;🧙 wizard,magic;🦸 hero;👻 ghost;👽 alien
❤️ heart,love;💚 green heart;💙 blue heart;💬 speech,chat,talk;💭 thought;🗣️ speaking,voice;📣 megaphone,announce
📚 books,read;📖 open book,read;📝 memo,write,note;✏️ pencil,write;🖋️ pen,write;📰 newspaper,news;📅 calendar,date;📌 pin
📎 paperclip;📊 chart,data;📈 growth,rise;📉 decline,fall;🧮 abacus,count,maths;📐 triangle,geometry;📏 ruler,measure
💻 laptop,computer;🖥️ desktop,computer;⌨️ keyboard,type;🖱️ mouse;📱 phone,mobile;📷 camera,photo;🎥 film camera,video
🎧 headphones,music;🎵 note,music;🎸 guitar,music;🎹 piano,music;🥁 drum,music;🎤 microphone,sing;🎨 palette,art,paint
🎭 theatre,drama;🎬 clapper,film;🎮 game,play;🎲 dice,game;♟️ chess,game;🧩 puzzle,piece;🏆 trophy,win;🥇 medal,first
⚽ football,sport;🏀 basketball,sport;🎾 tennis,sport;🏃 runner,sport;🚴 cyclist,bike;🏊 swimmer,sport;🧘 yoga,calm;⛰️ mountain
🍎 apple,fruit;🍋 lemon,fruit;🍓 strawberry,fruit;🥑 avocado;🥕 carrot,vegetable;🍞 bread;🧀 cheese;🍕 pizza;🍔 burger;🍣 sushi
🍜 noodles,soup;🍰 cake,sweet;🍪 biscuit,cookie;☕ coffee,tea,drink;🍵 tea,drink;🍷 wine,drink;🍺 beer,drink;🧂 salt,cook
🏠 house,home;🏢 office,work;🏥 hospital,health;🏫 school,learn;🏛️ museum,law;🏰 castle;🗼 tower;🚗 car,drive;🚌 bus;🚆 train
✈️ aeroplane,fly,travel;🚁 helicopter,drone;🛩️ small plane,drone;🚢 ship;🚲 bicycle;🧳 luggage,travel;🎒 backpack,school
🔍 magnifier,search,find;🔬 microscope,science;🔭 telescope,stars;🧪 test tube,chemistry;🧬 dna,biology;💊 pill,medicine
🔧 wrench,repair;🔨 hammer,build;🛠️ tools,build;⚙️ gear,settings;🔩 bolt;🧰 toolbox;🔑 key;🔒 lock,security;🛡️ shield,protect
⚖️ scales,law,justice;💰 money,bag;💳 card,pay;🛒 cart,shop;🎁 gift,present;📦 parcel,box;✉️ letter,mail;📮 post box,mail
⏰ alarm clock,time;⏳ hourglass,wait;🔔 bell,notice;🔋 battery,energy;🕯️ candle,light;🎉 party popper,celebrate;🎈 balloon
✅ check,done;❓ question;❗ exclamation,important;♻️ recycle;🔗 link,chain;🏳️ flag;🚦 traffic light;🧊 ice,cold;🪄 wand,magic`;

/** An emoji and its names, with commas between them. */
export const emojis: readonly (readonly [string, string])[] = list
  .trim()
  .split(/[;\n]/)
  .map((item) => {
    const space = item.indexOf(" ");
    return [item.slice(0, space), item.slice(space + 1)] as const;
  });
