/**
 * The demo's films. All are invented: titles, stories and all. The first language is the
 * original; the others are dubbed or subtitled for some audience.
 */
import type { Movie, ShowFormat } from '../../engine/catalog/model.ts';

export interface DemoFilm {
  readonly movie: Movie;
  /** Formats it was made for, besides 2D. */
  readonly formats: readonly ShowFormat[];
  /** How many screens it gets, 1 to 10. */
  readonly appeal: number;
}

interface Story {
  readonly minutes: number;
  readonly languages: string;
  readonly genres: string;
  readonly rating: string;
  readonly appeal: number;
  readonly formats?: readonly ShowFormat[];
  readonly synopsis: string;
}

export const demoFilms: readonly DemoFilm[] = [
  film('the-salt-cartographer', 'The Salt Cartographer', {
    minutes: 128,
    languages: 'en hi pt ar de ja',
    genres: 'Adventure, Drama',
    rating: '12+',
    appeal: 10,
    formats: ['IMAX'],
    synopsis:
      'A surveyor is sent to map a desert that was a sea within living memory, and finds that ' +
      'every village remembers a different shore. To finish the chart she must decide whose ' +
      'coast was real.',
  }),
  film('nine-minutes-to-tideway', 'Nine Minutes to Tideway', {
    minutes: 104,
    languages: 'en hi es sw de',
    genres: 'Thriller',
    rating: '16+',
    appeal: 9,
    formats: ['IMAX'],
    synopsis:
      'A night ferry pilot hears her own voice on the emergency channel, calling from nine ' +
      'minutes ahead. Each crossing brings the call closer, and the river lower.',
  }),
  film('kaagaz-ke-pankh', 'Kaagaz Ke Pankh', {
    minutes: 152,
    languages: 'hi mr ta te kn en',
    genres: 'Drama, Music',
    rating: '6+',
    appeal: 9,
    synopsis:
      'In a town of kite makers, a boy who cannot hear builds a kite that the whole street can ' +
      'feel singing. The festival judges have no rule for it, so they write one.',
  }),
  film('the-monsoon-ledger', 'The Monsoon Ledger', {
    minutes: 141,
    languages: 'hi en mr',
    genres: 'Mystery, Drama',
    rating: '12+',
    appeal: 7,
    synopsis:
      'A retired bank clerk is asked to balance the books of a village that floods each July. ' +
      'The missing sums are small, regular and add up to a person.',
  }),
  film('platform-seven-midnight', 'Platform Seven, Midnight', {
    minutes: 133,
    languages: 'hi ta te kn en',
    genres: 'Action, Thriller',
    rating: '16+',
    appeal: 8,
    synopsis:
      'A ticket inspector has one night and eleven carriages to find the passenger who is not ' +
      'on any list. The train, it turns out, is not stopping for anyone.',
  }),
  film('pavsachi-goshta', 'Pavsachi Goshta', {
    minutes: 118,
    languages: 'mr hi',
    genres: 'Drama, Family',
    rating: 'All',
    appeal: 6,
    synopsis:
      'Three sisters inherit a well that has never run dry and a brother who will not speak to ' +
      'any of them. One dry summer settles both matters.',
  }),
  film('mallige-radio', 'Mallige Radio', {
    minutes: 124,
    languages: 'kn te ta en',
    genres: 'Comedy, Romance',
    rating: '6+',
    appeal: 7,
    synopsis:
      'Two rival flower sellers run pirate radio stations from the same market roof without ' +
      'knowing it. Their listeners fall in love on their behalf.',
  }),
  film('kadal-veedu', 'Kadal Veedu', {
    minutes: 136,
    languages: 'ta te kn hi',
    genres: 'Drama',
    rating: '12+',
    appeal: 6,
    synopsis:
      'A fishing family moves its house inland by one room every year. When the youngest ' +
      'refuses to carry her wall, the village learns why the sea follows them.',
  }),
  film('the-clockmakers-goose', "The Clockmaker's Goose", {
    minutes: 92,
    languages: 'en de fr es pt hi ja',
    genres: 'Animation, Family, Comedy',
    rating: 'All',
    appeal: 9,
    formats: ['3D'],
    synopsis:
      'A wind-up goose that runs exactly eleven minutes fast becomes the only bird on time for ' +
      'a spring that comes early. Half the pond thinks she is a prophet; the other half wants ' +
      'its minutes back.',
  }),
  film('orbit-of-small-things', 'Orbit of Small Things', {
    minutes: 147,
    languages: 'en ja hi es ar pt',
    genres: 'Science Fiction, Drama',
    rating: '12+',
    appeal: 10,
    formats: ['IMAX', '3D'],
    synopsis:
      'The last caretaker of a museum in orbit must choose three thousand objects to bring home ' +
      'and let the rest burn. Then a visitor docks and asks for something that is not in the ' +
      'catalogue.',
  }),
  film('brasshand', 'Brasshand', {
    minutes: 116,
    languages: 'en es de hi pt sw',
    genres: 'Action, Adventure',
    rating: '12+',
    appeal: 9,
    formats: ['3D', 'IMAX'],
    synopsis:
      'A dockside puppeteer with a mechanical arm is the only one who can open a vault built ' +
      'for a giant. Four crews want her by dawn, and one of them is her own.',
  }),
  film('letters-from-the-lighthouse-cat', 'Letters from the Lighthouse Cat', {
    minutes: 88,
    languages: 'en fr de ja',
    genres: 'Animation, Family',
    rating: 'All',
    appeal: 7,
    formats: ['3D'],
    synopsis:
      'A cat who was sent to a lighthouse for being lazy begins to answer the letters that ' +
      'sailors never posted. The replies start to arrive at the right addresses.',
  }),
  film('the-understudies', 'The Understudies', {
    minutes: 109,
    languages: 'en fr',
    genres: 'Comedy',
    rating: '12+',
    appeal: 6,
    synopsis:
      'When an entire cast is snowed in at the wrong end of the country, six understudies who ' +
      'dislike each other must play one another. Nobody told the critics.',
  }),
  film('greyhound-sonata', 'Greyhound Sonata', {
    minutes: 121,
    languages: 'en es',
    genres: 'Drama, Music',
    rating: '12+',
    appeal: 5,
    synopsis:
      'A piano tuner drives coast to coast with a retired racing dog and a key that fits no ' +
      'piano she knows. Each town asks her to mend something other than music.',
  }),
  film('a-field-guide-to-leaving', 'A Field Guide to Leaving', {
    minutes: 97,
    languages: 'en de',
    genres: 'Romance, Drama',
    rating: '12+',
    appeal: 4,
    synopsis:
      'Two ornithologists who are divorcing share one last season on an island with a single ' +
      'hide. The birds, which were supposed to be extinct, keep interrupting.',
  }),
  film('cinza-e-samambaia', 'Cinza e Samambaia', {
    minutes: 113,
    languages: 'pt es en',
    genres: 'Drama, Mystery',
    rating: '16+',
    appeal: 6,
    synopsis:
      'After a fire, a botanist finds ferns growing in the exact outline of a house that no one ' +
      'in the valley will admit was there. The oldest neighbour begins to set a table inside ' +
      'it.',
  }),
  film('o-goleiro-das-nuvens', 'O Goleiro das Nuvens', {
    minutes: 106,
    languages: 'pt en',
    genres: 'Comedy, Sport',
    rating: 'All',
    appeal: 7,
    synopsis:
      'A goalkeeper afraid of heights joins a mountain team whose pitch ends at a cliff. They ' +
      'have lost every ball they ever owned and not one home match.',
  }),
  film('la-ultima-verbena', 'La última verbena', {
    minutes: 111,
    languages: 'es pt en',
    genres: 'Romance, Comedy',
    rating: '12+',
    appeal: 5,
    synopsis:
      'A village with eleven inhabitants applies for funding for a festival of ten thousand. ' +
      'The inspector arrives early, and stays to help with the bunting.',
  }),
  film('kasa-no-shita-de', 'Kasa no Shita de', {
    minutes: 102,
    languages: 'ja en fr',
    genres: 'Romance, Drama',
    rating: '6+',
    appeal: 8,
    synopsis:
      'For a whole rainy season two strangers are handed the same borrowed umbrella on ' +
      'alternate days and leave each other notes inside it. In July the sky clears, and one of ' +
      'them has not signed.',
  }),
  film('house-of-iron-moths', 'House of Iron Moths', {
    minutes: 131,
    languages: 'ja en',
    genres: 'Animation, Science Fiction',
    rating: '12+',
    appeal: 9,
    formats: ['IMAX'],
    synopsis:
      'In a city kept alight by mechanical moths, an apprentice discovers that they are ' +
      'navigating by something other than the lamps. She follows one past the last wall, into ' +
      'real dark.',
  }),
  film('the-noodle-auditor', 'The Noodle Auditor', {
    minutes: 99,
    languages: 'ja en',
    genres: 'Comedy, Mystery',
    rating: '6+',
    appeal: 6,
    synopsis:
      'A tax inspector with no sense of taste is sent to a street of forty noodle shops, one of ' +
      'which does not exist. He has to eat his way to the discrepancy.',
  }),
  film('qamar-fi-al-mirah', 'Qamar fi al-Mirah', {
    minutes: 119,
    languages: 'ar en fr',
    genres: 'Drama, Romance',
    rating: '12+',
    appeal: 8,
    synopsis:
      'A mirror restorer in an old quarter is paid to silver a glass that shows the room as it ' +
      'was at midnight. She begins to leave messages for whoever stood there.',
  }),
  film('the-seventh-balcony', 'The Seventh Balcony', {
    minutes: 127,
    languages: 'ar en',
    genres: 'Comedy, Family',
    rating: '6+',
    appeal: 8,
    synopsis:
      'Seven neighbours share a building, a lift that stops where it likes and one inheritance. ' +
      'The will can only be read when all of them are on speaking terms.',
  }),
  film('the-sandglass-heist', 'The Sandglass Heist', {
    minutes: 112,
    languages: 'ar en hi',
    genres: 'Action, Comedy',
    rating: '12+',
    appeal: 7,
    synopsis:
      'A crew of retired museum guards plans to steal back an artefact that was never reported ' +
      'missing. The one thing they cannot do is run.',
  }),
  film('der-stille-fahrplan', 'Der stille Fahrplan', {
    minutes: 107,
    languages: 'de en',
    genres: 'Thriller, Mystery',
    rating: '16+',
    appeal: 7,
    synopsis:
      'A timetable planner notices a train that is on time every night and that no one has ever ' +
      'boarded. When she is offered a promotion to stop asking, she buys a ticket.',
  }),
  film('honig-fuer-den-nachtwaechter', 'Honig für den Nachtwächter', {
    minutes: 95,
    languages: 'de fr en',
    genres: 'Comedy, Drama',
    rating: '6+',
    appeal: 6,
    synopsis:
      'Bees move into the top floor of a bankrupt insurance tower, and the night watchman ' +
      'becomes the last employee with a future. The liquidator is allergic.',
  }),
  film('nyumba-ya-upepo', 'Nyumba ya Upepo', {
    minutes: 115,
    languages: 'sw en',
    genres: 'Drama, Family',
    rating: '6+',
    appeal: 8,
    synopsis:
      'A radio engineer returns to her hill town to build a wind turbine out of three broken ' +
      'buses. Her grandfather, who sold the wind once already, has doubts.',
  }),
  film('matatu-symphony', 'Matatu Symphony', {
    minutes: 101,
    languages: 'sw en',
    genres: 'Music, Comedy',
    rating: '12+',
    appeal: 8,
    synopsis:
      'A conductor of the wrong kind inherits a bus route and a youth orchestra with nowhere to ' +
      'rehearse. Rush hour becomes the overture.',
  }),
  film('undertow-country', 'Undertow Country', {
    minutes: 123,
    languages: 'en',
    genres: 'Drama, Thriller',
    rating: '16+',
    appeal: 6,
    synopsis:
      'A surf lifesaver in a drought-struck inland town is asked to watch over a lake that ' +
      'comes back overnight. Something at the bottom has kept its lights on.',
  }),
  film('a-theory-of-applause', 'A Theory of Applause', {
    minutes: 84,
    languages: 'en fr de es hi',
    genres: 'Documentary, Music',
    rating: 'All',
    appeal: 4,
    synopsis:
      'Why do a thousand strangers stop clapping at the same moment? Five concert halls, four ' +
      'continents and one very patient sound engineer look for the answer.',
  }),
];

function film(id: string, title: string, story: Story): DemoFilm {
  return {
    movie: {
      id,
      title,
      minutes: story.minutes,
      languages: story.languages.split(' '),
      genres: story.genres.split(', '),
      rating: story.rating,
      synopsis: story.synopsis,
    },
    formats: story.formats ?? [],
    appeal: story.appeal,
  };
}
