/**
 * The nine shapes of the demo's halls, drawn as text, a row a line from the screen backwards:
 *
 *     G SPS ####cw ########## wc####
 *     │ │   │      │          └ right of the second aisle
 *     │ │   │      └ between the aisles
 *     │ │   └ left of the first aisle
 *     │ └ the tier of each block, or one letter for the whole row
 *     └ the row's name
 *
 * `#` seat, `w` wheelchair place, `c` companion's seat, `r` seat with a restricted view, `.` no
 * block here, `-` alone on a line: a cross aisle. A row of one block stands in the middle.
 */
export const tierLetters = {
  F: 'Front',
  S: 'Standard',
  P: 'Premium',
  R: 'Recliner',
  B: 'Balcony',
} as const;

export type TierName = (typeof tierLetters)[keyof typeof tierLetters];

export interface SectionPlan {
  readonly name: string;
  /** Middle of each aisle from the hall's centre line, and its width, in seat widths. */
  readonly aisles: readonly { readonly at: number; readonly width: number }[];
  readonly drawing: string;
}

export interface HallPlan {
  /** Stable part of the layout's id; what is published is never redrawn under the same one. */
  readonly slug: string;
  readonly name: string;
  /** Whether the screen is one of the very large ones. */
  readonly isLargeFormat: boolean;
  readonly numbering: 'leftToRight' | 'rightToLeft' | 'oddLeftEvenRight';
  /** Seat widths from the screen to the first row, and from row to row. */
  readonly firstRow: number;
  readonly rowSpacing: number;
  readonly curve: number;
  readonly sections: readonly SectionPlan[];
}

/** Small halls first, then middling, then great ones: three of each. */
export const hallPlans: readonly HallPlan[] = [
  {
    slug: 'studio',
    name: 'Studio',
    isLargeFormat: false,
    numbering: 'leftToRight',
    firstRow: 3,
    rowSpacing: 1.2,
    curve: 0.6,
    sections: [
      {
        name: 'Stalls',
        aisles: [],
        drawing: `
          A F r#####r
          B S ########
          C S ########
          D S #########
          E S #########
          F S #########
          G S wc######cw`,
      },
    ],
  },
  {
    slug: 'lounge',
    name: 'Lounge',
    isLargeFormat: false,
    numbering: 'leftToRight',
    firstRow: 4,
    rowSpacing: 1.3,
    curve: 1,
    sections: [
      {
        name: 'Lounge',
        aisles: [
          { at: -8.3, width: 0.6 },
          { at: -5.7, width: 0.6 },
          { at: -3.1, width: 0.6 },
          { at: 0, width: 1.6 },
          { at: 3.1, width: 0.6 },
          { at: 5.7, width: 0.6 },
          { at: 8.3, width: 0.6 },
        ],
        drawing: `
          A P .  .  wc ## ## cw .  .
          B P .  ## ## ## ## ## ## .
          C R .  ## ## ## ## ## ## .
          D R .  ## ## ## ## ## ## .
          E R .  ## ## ## ## ## ## .
          F R ## ## ## ## ## ## ## ##`,
      },
    ],
  },
  {
    slug: 'arthouse',
    name: 'Arthouse',
    isLargeFormat: false,
    numbering: 'rightToLeft',
    firstRow: 3.2,
    rowSpacing: 1.15,
    curve: 0.5,
    sections: [
      {
        name: 'Stalls',
        aisles: [{ at: -2, width: 1.5 }],
        drawing: `
          A S r#   #####r
          B S ###  #######
          C S ###  #######
          D S ###  #######
          E P ###  ########
          F P ###  ########
          G P #### ########
          H S #### ########
          J S ##cw wc######`,
      },
    ],
  },
  {
    slug: 'lantern',
    name: 'Lantern Room',
    isLargeFormat: false,
    numbering: 'leftToRight',
    firstRow: 3.6,
    rowSpacing: 1.2,
    curve: 1.2,
    sections: [
      {
        name: 'Stalls',
        aisles: [
          { at: -4.75, width: 1.5 },
          { at: 4.75, width: 1.5 },
        ],
        drawing: `
          A F .   ######## .
          B F r   ######## r
          C S r#  ######## #r
          D S ##  ######## ##
          E S ##  ######## ##
          F S ##  ######## ##
          G P ##  ######## ##
          H P ### ######## ###
          J P ### ######## ###
          K S ### ######## ###
          L S #cw ######## wc#
          M S ##########`,
      },
    ],
  },
  {
    slug: 'crescent',
    name: 'Crescent',
    isLargeFormat: false,
    numbering: 'leftToRight',
    firstRow: 4,
    rowSpacing: 1.25,
    curve: 3,
    sections: [
      {
        name: 'Stalls',
        aisles: [
          { at: -4.75, width: 1.5 },
          { at: 4.75, width: 1.5 },
        ],
        drawing: `
          A F r     ######## r
          B F r#    ######## #r
          C S r#    ######## #r
          D S ###   ######## ###
          E S ###   ######## ###
          -
          F S ##cw  ######## wc##
          G S ####  ######## ####
          H P ####  ######## ####
          J P ##### ######## #####
          K P ##### ######## #####
          L S ##### ######## #####
          M R ####  ######## ####`,
      },
    ],
  },
  {
    slug: 'harbour',
    name: 'Harbour Hall',
    isLargeFormat: false,
    numbering: 'oddLeftEvenRight',
    firstRow: 4.2,
    rowSpacing: 1.15,
    curve: 1.4,
    sections: [
      {
        name: 'Stalls',
        aisles: [{ at: 0, width: 1.6 }],
        drawing: `
          A F rr####     ####rr
          B F r######    ######r
          C F r######    ######r
          D S r#######   #######r
          E S ########   ########
          F S ########   ########
          -
          G S wc#######  #######cw
          H P #########  #########
          J P #########  #########
          K P #########  #########
          L P ########## ##########
          M S ########## ##########
          N S ########## ##########`,
      },
    ],
  },
  {
    slug: 'palace',
    name: 'Palace',
    isLargeFormat: false,
    numbering: 'leftToRight',
    firstRow: 5,
    rowSpacing: 1.2,
    curve: 2.2,
    sections: [
      {
        name: 'Stalls',
        aisles: [
          { at: -5.75, width: 1.5 },
          { at: 5.75, width: 1.5 },
        ],
        drawing: `
          A F rr     ########## rr
          B F rr#    ########## #rr
          C F r##    ########## ##r
          D S r###   ########## ###r
          E S ####   ########## ####
          F S ####   ########## ####
          -
          G S ###cw  ########## wc###
          H SPS ##### ########## #####
          J SPS ##### ########## #####
          K SPS ##### ########## #####
          L SPS ##### ########## #####
          M S ###### ########## ######`,
      },
      {
        name: 'Balcony',
        aisles: [
          { at: -5.75, width: 1.5 },
          { at: 5.75, width: 1.5 },
        ],
        drawing: `
          AA B r#### ########## ####r
          BB B ##### ########## #####
          CC B ##### ########## #####
          DD B ##### ########## #####
          EE B ####  ########## ####`,
      },
    ],
  },
  {
    slug: 'dome',
    name: 'Dome',
    isLargeFormat: true,
    numbering: 'rightToLeft',
    firstRow: 6.5,
    rowSpacing: 1.25,
    curve: 2.6,
    sections: [
      {
        name: 'Stalls',
        aisles: [
          { at: -7.75, width: 1.5 },
          { at: 7.75, width: 1.5 },
        ],
        drawing: `
          A F rrr      ############## rrr
          B F rr##     ############## ##rr
          C F rr##     ############## ##rr
          D F r####    ############## ####r
          E S r####    ############## ####r
          F S ######   ############## ######
          G S ######   ############## ######
          H S ######   ############## ######
          -
          J SPS #####cw  ############## wc#####
          K SPS #######  ############## #######
          L SPS #######  ############## #######
          M SPS #######  ############## #######
          N SPS ######## ############## ########
          P S ######## ############## ########
          Q S ######## ############## ########
          R R #######  ############## #######`,
      },
    ],
  },
  {
    slug: 'atlas',
    name: 'Atlas',
    isLargeFormat: true,
    numbering: 'leftToRight',
    firstRow: 6,
    rowSpacing: 1.2,
    curve: 3.2,
    sections: [
      {
        name: 'Stalls',
        aisles: [
          { at: -7.75, width: 1.5 },
          { at: 7.75, width: 1.5 },
        ],
        drawing: `
          A F rr##      ############## ##rr
          B F rr###     ############## ###rr
          C F r####     ############## ####r
          D F r#####    ############## #####r
          E S ######    ############## ######
          F S ######    ############## ######
          G S #######   ############## #######
          H S #######   ############## #######
          -
          J SPS ######cw  ############## wc######
          K SPS ########  ############## ########
          L SPS ########  ############## ########
          M SPS ########  ############## ########
          N SPS ########  ############## ########
          P S ######### ############## #########
          Q S #######cw ############## wc#######`,
      },
      {
        name: 'Balcony',
        aisles: [
          { at: -9.5, width: 1.5 },
          { at: 0, width: 1.5 },
          { at: 9.5, width: 1.5 },
        ],
        drawing: `
          AA B r######  ######## ######## ######r
          BB B #######  ######## ######## #######
          CC B ######## ######## ######## ########
          DD B ######## ######## ######## ########
          EE B #######  ######## ######## #######
          FF B ######   ######## ######## ######`,
      },
    ],
  },
];
