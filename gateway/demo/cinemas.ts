/**
 * The demo's cinemas: five a city, invented, as are their street numbers. Each has three halls of
 * different shapes, dealt out so that every city has small rooms and great ones.
 */
import type { Cinema, Hall } from '../../engine/catalog/model.ts';
import { type DemoCity, demoCities } from './cities.ts';
import { type HallPlan, hallPlans } from './hall-plans.ts';
import { layoutOf } from './halls.ts';

/** Name and address of each city's cinemas, by city id. */
const cinemaNames: Readonly<Record<string, readonly (readonly [name: string, address: string])[]>> =
  {
    mumbai: [
      ['Samudra Talkies', '18 Seabreeze Road, Colaba'],
      ['Lantern House', '7 Old Mill Lane, Lower Parel'],
      ['Chandni Cineplex', '214 Gulmohar Marg, Andheri West'],
      ['The Monsoon Room', '3 Chapel Steps, Bandra West'],
      ['Navratna Picture Hall', '52 Clocktower Street, Dadar'],
    ],
    pune: [
      ['Deccan Moon', '41 Banyan Avenue, Shivajinagar'],
      ['Sahyadri Screens', '9 Hillview Road, Kothrud'],
      ['Peacock Talkies', '120 Saddler Street, Camp'],
      ['Mutha Riverside', '2 Ghat Lane, Narayan Peth'],
      ['Cinema Parijat', '66 Tamarind Road, Viman Nagar'],
    ],
    bengaluru: [
      ['Jacaranda Pictures', '30 Lower Lake Road, Ulsoor'],
      ['Silk Board Cinemas', '11 Ninth Cross, Koramangala'],
      ['Kaveri Grand', '88 Temple Tank Street, Malleshwaram'],
      ['The Filter Coffee Cinema', '4 Bull Lane, Basavanagudi'],
      ['Orbit Whitefield', '501 Ring Arcade, Whitefield'],
    ],
    delhi: [
      ['Dariba Palace', '23 Silver Lane, Old Delhi'],
      ['Amaltas Cinemas', '70 Laburnum Road, Hauz Khas'],
      ['North Gate Pictures', '5 Ridge Road, Civil Lines'],
      ['Qutub Nights', '16 Stepwell Marg, Mehrauli'],
      ['Yamuna Lights', '99 Embankment Road, Mayur Vihar'],
    ],
    london: [
      ['The Marlow', '12 Threadneedle Yard, Shoreditch'],
      ['Brickfield Picture House', '201 Brickfield Road, Peckham'],
      ['Albion Electric', '44 Wharf Street, Camden'],
      ['The Little Heron', '8 Heron Passage, Richmond'],
      ['Southbank Meridian', '1 Meridian Steps, Lambeth'],
    ],
    'new-york': [
      ['The Halcyon', '318 West Linden Street, Manhattan'],
      ['Gowanus Yard Cinema', '77 Canal Yard, Brooklyn'],
      ['Elmtree Twin', '40-12 Elmtree Avenue, Queens'],
      ['Harlem Starlight', '2190 Morning Avenue, Harlem'],
      ['Foundry Square', '15 Foundry Square, Long Island City'],
    ],
    'sao-paulo': [
      ['Cine Jaboticaba', 'Rua das Palmeiras Altas 410, Pinheiros'],
      ['Sala Aurora Paulista', 'Alameda do Sol 95, Bela Vista'],
      ['Cine Garoa', 'Rua da Garoa 27, Vila Madalena'],
      ['Ipê Amarelo', 'Avenida dos Ipês 1.220, Moema'],
      ['Grande Sala Tietê', 'Rua do Cais Velho 8, Lapa'],
    ],
    tokyo: [
      ['Asagiri Theatre', '3-14 Willow Bridge, Shinjuku'],
      ['Kaminari Cinemas', '1-8 Thunder Alley, Asakusa'],
      ['Tsukimi Hall', '2-21 Moon Hill, Shibuya'],
      ['Little Heron Shimokita', '5-2 Record Lane, Shimokitazawa'],
      ['Bayline Odaiba', '1-1 Bayline, Odaiba'],
    ],
    cairo: [
      ['Cinema Yasmine', '19 Jasmine Street, Zamalek'],
      ['Nile Lantern', '6 Corniche Steps, Garden City'],
      ['Heliopolis Star', '133 Baron Avenue, Heliopolis'],
      ['Khedive Pictures', '28 Arcade Passage, Downtown'],
      ['Desert Rose Screens', '77 Ninetieth Street, New Cairo'],
    ],
    berlin: [
      ['Lichtspiele am Kanal', 'Weidenufer 31, Kreuzberg'],
      ['Kino Zirkel', 'Zirkelstraße 5, Mitte'],
      ['Filmpalast Linde', 'Lindenhofallee 144, Charlottenburg'],
      ['Spätkino', 'Nachtwächtergasse 2, Neukölln'],
      ['Kranlicht', 'Kranstraße 17, Friedrichshain'],
    ],
    sydney: [
      ['Harbourlight', '20 Ferry Lane, Circular Quay'],
      ['The Jacaranda', '310 Crown Terrace, Surry Hills'],
      ['Inner West Picture Show', '58 Enmore Parade, Newtown'],
      ['Northern Beaches Drift', '4 Norfolk Walk, Manly'],
      ['Parramatta Grand', '95 Riverbank Street, Parramatta'],
    ],
    nairobi: [
      ['Savanna Screens', '12 Acacia Ride, Westlands'],
      ['Cinema Mwezi', '45 Moonrise Road, Kilimani'],
      ['Uhuru Picture House', '3 Garden Way, City Centre'],
      ['Ngong View', '210 Ridge Lane, Karen'],
      ['Twiga Cineplex', '88 Thika Parade, Kasarani'],
    ],
  };

/** A hall with all that its schedule is made from. */
export interface DemoHall {
  readonly hall: Hall;
  readonly plan: HallPlan;
  readonly cinema: Cinema;
  readonly demoCity: DemoCity;
  /** 0, 1, 2 … over all cities; part of its shows' ids, so the order of this file is kept. */
  readonly number: number;
}

/** All demo halls, in a fixed order: city, cinema, hall. */
export const demoHalls: readonly DemoHall[] = demoCities.flatMap((demoCity, cityIndex) =>
  (cinemaNames[demoCity.city.id] ?? []).flatMap(([name, address], cinemaIndex) => {
    const cinema: Cinema = {
      id: `${demoCity.city.id}-${slug(name)}`,
      city: demoCity.city.id,
      name,
      address: `${address}, ${demoCity.city.name}`,
    };
    return plansOf(cityIndex, cinemaIndex).map((plan, hallIndex): DemoHall => {
      const number = (cityIndex * 5 + cinemaIndex) * 3 + hallIndex;
      return {
        hall: {
          id: `${cinema.id}-${hallIndex + 1}`,
          cinema: cinema.id,
          name: `Hall ${hallIndex + 1} · ${plan.name}`,
          layout: layoutOf(plan).id,
        },
        plan,
        cinema,
        demoCity,
        number,
      };
    });
  }),
);

/** One great, one middling and one small shape, another mix for each cinema of a city. */
function plansOf(cityIndex: number, cinemaIndex: number): readonly HallPlan[] {
  const third = Math.floor(hallPlans.length / 3);
  return [2, 1, 0].flatMap((size) => {
    const turn = cityIndex + cinemaIndex * (size === 1 ? 2 : 1);
    const plan = hallPlans[size * third + (turn % third)];
    return plan === undefined ? [] : [plan];
  });
}

/** A name as part of an id: `Cine Ipê` becomes `cine-ipe`. */
function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
