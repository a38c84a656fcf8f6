/**
 * The numbers that the report prints, copied from it and never computed.
 *
 * Source: Alexandros Ferles, "DD2424 Deep Learning in Data Science, Assignment 3: Image classification
 * with a k-layer network", KTH. Costs are in nats, accuracies in percent; index 0 of a table is epoch 1.
 *
 * @module
 */

/** Deviations of analytic from numeric gradients: one pair for each layer, first to last. */
export interface PrintedDeviations {
  readonly weights: readonly number[];
  readonly biases: readonly number[];
}

/** Section 1 and section 3: the gradient checks by number of layers, without and with normalisation. */
export const gradientChecks: Record<
  "plain2" | "plain3" | "plain4" | "batchNorm2" | "batchNorm3",
  PrintedDeviations
> = {
  plain2: {
    weights: [7.52283628908819e-09, 3.0747216543846533e-10],
    biases: [4.602426291547493e-09, 1.1936382115255306e-11],
  },
  plain3: {
    weights: [2.1237177447134792e-06, 1.197615459525251e-07, 7.368229647407527e-08],
    biases: [1.047827661340416e-06, 0.0032312506974258464, 1.677023298915395e-11],
  },
  plain4: {
    weights: [
      0.0004455622900617491,
      2.8193570737353638e-05,
      8.838559097221378e-06,
      2.0539890893159423e-05,
    ],
    biases: [
      0.00021413577255454145,
      0.014347056990204365,
      0.17027488699016166,
      9.891207642802771e-12,
    ],
  },
  batchNorm2: {
    weights: [1.2597928505427309e-08, 1.061126355032502e-09],
    biases: [0.04489583333333333, 1.085592909420537e-09],
  },
  batchNorm3: {
    weights: [1.4574774508711658e-05, 0.0006714264687067433, 1.0708749294639795e-11],
    biases: [0.020078843569924645, 0.1015625, 1.2260625257832792e-11],
  },
};

/** Section 2: the test accuracy of the 2-layer network, and that of the assignment before. */
export const baseline = { accuracy: 44.16, earlierAccuracy: 44.4 };

/** Section 2: the 15-epoch table of the 3-layer network. */
export const fifteenEpochs: readonly number[] = [
  2.3022672535670137,
  2.3022666352616192,
  2.302262164108896,
  2.302256330131588,
  2.3022509063293954,
  2.302246087045059,
  2.30224183447161,
  2.3022380835454994,
  2.3022347717577407,
  2.3022318440902114,
  2.3022292524125856,
  2.3022269539491447,
  2.3022249115918183,
  2.302223092730126,
  2.3022214685589133,
];

/** Section 2: the tables for six learning rates. */
export const etaTables: readonly { readonly eta: number; readonly cost: readonly number[] }[] = [
  {
    eta: 1e-6,
    cost: [
      2.30260046125,
      2.3026003916138555,
      2.302600325471149,
      2.3026002626463438,
      2.3026002029724792,
      2.3026001462910486,
      2.3026000924515975,
      2.302600041311279,
      2.3025999927344216,
      2.3025999465922684,
    ],
  },
  {
    eta: 1e-5,
    cost: [
      2.3025999005718703,
      2.302599205749114,
      2.3025985468529453,
      2.3025979219724637,
      2.302597329300965,
      2.302596767131986,
      2.3025962338540733,
      2.302595727947948,
      2.3025952479739393,
      2.3025947925707957,
    ],
  },
  {
    eta: 1e-4,
    cost: [
      2.3025943342251414,
      2.30258753778816,
      2.3025811965366985,
      2.302575274681294,
      2.3025697397215943,
      2.3025645621776087,
      2.3025597151526602,
      2.302555174170237,
      2.302550916949251,
      2.302546923101441,
    ],
  },
  {
    eta: 1e-3,
    cost: [
      2.302542530097267,
      2.3024880377323287,
      2.302444833211863,
      2.3024102404890057,
      2.302382282712888,
      2.3023594877124416,
      2.3023407475778948,
      2.302325219905004,
      2.3023122586043185,
      2.3023013637986485,
    ],
  },
  {
    eta: 1e-2,
    cost: [
      2.3022832235898933,
      2.3022314934409445,
      2.3022246500421755,
      2.302222636213854,
      2.302221210438927,
      2.302219944464948,
      2.3022188047640544,
      2.3022177857331054,
      2.3022168786733173,
      2.3022160723738483,
    ],
  },
  {
    eta: 1e-1,
    cost: [
      2.304083147255321,
      2.3040527762143457,
      2.3040247984649436,
      2.303963513926076,
      2.1974427096362485,
      2.007216352396664,
      1.8656019902160936,
      1.7714920839464587,
      1.6672864486126826,
      1.593195430942723,
    ],
  },
];

/** Section 2: the eta = 0.001 table, which the report prints twice; epoch 7 has lost a digit. */
export const repeatedEtaTable: readonly number[] = [
  2.302542530097267,
  2.3024880377323287,
  2.302444833211863,
  2.3024102404890057,
  2.302382282712888,
  2.3023594877124416,
  2.302340745778948,
  2.302325219905004,
  2.3023122586043185,
  2.3023013637986485,
];

/** The epoch whose cost in {@linkcode repeatedEtaTable} is a slip of the pen. */
export const slipEpoch = 7;

/** Section 2: the 40-epoch table, eta = 0.1; its first ten rows repeat the eta table. */
export const fortyEpochs: readonly number[] = [
  2.304083147255321,
  2.3040527762143457,
  2.3040247984649436,
  2.303963513926076,
  2.1974427096362485,
  2.007216352396664,
  1.8656019902160936,
  1.7714920839464587,
  1.6672864486126826,
  1.593195430942723,
  1.5485123476073677,
  1.4758706564115107,
  1.4193924744826478,
  1.3805438066881317,
  1.368697249854167,
  1.3265087669239681,
  1.2723064324945854,
  1.2625014563672678,
  1.2666867686005,
  1.25163518706638,
  1.1950692780730536,
  1.1405550951346806,
  1.0933375948769273,
  1.0584354555304865,
  1.0211788369490433,
  1.0002588070688778,
  0.9777619847054716,
  0.9753313784903359,
  0.9558171620564835,
  0.9544156273418551,
  0.9515871093045444,
  0.93641149448918,
  0.9511512546042148,
  0.8900400762553463,
  0.891207534551131,
  0.840768908056229,
  0.8274775595253576,
  0.799688813021933,
  0.7950914142037012,
  0.7716458010015995,
];

/** Section 2: the table with He initialisation. */
export const heEpochs: readonly number[] = [
  2.573371144365728,
  2.4388440346442506,
  2.3685662732480903,
  2.3142257340862384,
  2.272922477058916,
  2.236912218216597,
  2.2052890641621268,
  2.1762496203378463,
  2.1514607505444694,
  2.1297865298452456,
];

/** Section 3: the accuracies of the overfit check. */
export const overfitCheck = { trainAccuracy: 87.7, validationAccuracy: 29.1 };

/** Section 3: the test accuracies under figures 1 to 10, in their order. */
export const figureTestAccuracies: readonly number[] = [
  25.63,
  50.84,
  48.83,
  50.71,
  42.17,
  48.25,
  45,
  49.45,
  18.22,
  45.17,
];

/** Section 3: the ranges of eta that were searched, by lambda. */
export const searchRanges = {
  coarse: { lambda: [1e-6, 1e-2], eta: [0.005, 0.1] },
  fine: [
    { lambda: 1e-6, eta: [[0.0057, 0.019]] },
    { lambda: 1e-5, eta: [[0.007, 0.015]] },
    { lambda: 1e-4, eta: [[0.03, 0.06], [0.01, 0.015]] },
    { lambda: 1e-3, eta: [[0.008, 0.12]] },
    { lambda: 1e-2, eta: [[0.005, 0.007]] },
  ],
};

/** Section 3: the best setting. */
export const bestSetting = { eta: 0.012913581489067944, lambda: 1e-4, testAccuracy: 50.84 };
