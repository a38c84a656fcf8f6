/**
 * The stand-in for CIFAR-10: synthetic images in the same form, made by a program from a seed.
 *
 * An image shows a class's wave: a windowed grating whose orientation, frequency and colour belong
 * to the class, but whose phase is random, so that no fixed template fits it and a linear
 * classifier cannot read it. It lies under a fainter wave of another class, on smooth coloured
 * waves of all directions, in noise. A second, weak cue is linear: how bright an image is on
 * average, and from top to bottom, depends a little on the class.
 *
 * Measured on "10k", seed 400, with the report's settings (mini-batches of 100, momentum 0.9,
 * N(0, 0.001) weights), best validation accuracy over the epochs in percent, CIFAR-10's beside it:
 *
 *     linear softmax, eta 0.001, 20 epochs             28.1   38.0
 *     [50], eta 0.0171, 10 epochs                      38.9   43.0
 *     [50], eta 0.1, 10 epochs                         52.4   37.7
 *     [50, 30], eta 0.0171, 15 epochs                  10 (the cost stays at 2.302), as there
 *     [50, 30], eta 0.1, 20 epochs                     50.2   40.5 (both leave 2.304 in epoch 4 or 5)
 *     [50, 30], batch norm, eta 0.0129, 10 epochs      49.4   41.3
 *     [50], eta 0.6                                    the cost becomes infinite in epoch 1, as there
 *     [50, 30], batch norm, 1000 images, 60 epochs     26.7, training 91   28.7, training 90
 *
 * @module
 */

import { CLASSES, FILE_NAMES, IMAGE_BYTES, IMAGES_PER_FILE } from "./cifar10/files.ts";
import { layOut, type SetName } from "./cifar10/splits.ts";
import type { Dataset } from "./dataset.ts";

/** Pixels along an edge, of a plane, and the middle of an edge. */
const SIDE = 32;
const PLANE = SIDE * SIDE;
const CENTRE = (SIDE - 1) / 2;

/** A fully bright pixel is 1 in what follows, as after division by 255. */
const MEAN = 0.47;

/** Amplitude of a class's wave, and the spread of its logarithm. */
const WAVE = 0.3;
const WAVE_SPREAD = 0.6;

/** Amplitude of the other class's wave, relative to the first. */
const DISTRACTOR = 0.9;

/** How far a wave's angle (radians) and the logarithm of its frequency stray in its class. */
const ANGLE_SPREAD = 0.32;
const FREQUENCY_SPREAD = 0.2;

/** Standard deviation, in pixels, of the window through which the waves are seen. */
const WINDOW = 12;

/** Strength of the linear cue, and the standard deviation of the brightness that hides it. */
const LIGHT = 0.13;
const BRIGHTNESS = 0.1;

/** Number and amplitude of the background's waves, and how much their colours differ from grey. */
const BACKGROUND_WAVES = 5;
const BACKGROUND = 0.2;
const BACKGROUND_COLOUR = 0.4;

/** Standard deviation of the noise of each byte. */
const NOISE = 0.06;

/** Colours of the classes' waves, red, green and blue: each colour against its opposite. */
const COLOURS = [[0.76, 0.46, -0.46], [-0.46, 0.46, 0.76], [0.58, -0.58, 0.58]];

/** A plane wave: cycles per pixel along x and y, phase, and an amplitude for each colour. */
interface Wave {
  readonly fx: number;
  readonly fy: number;
  readonly phase: number;
  readonly colour: readonly number[];
}

/** The state of a random number generator: a, b, c and a counter. */
type Random = Int32Array;

/**
 * Makes a synthetic data set in the form of "10k" or "49k": N x 3072 bytes with a mean near 0.47,
 * ten classes with the names of CIFAR-10's, provenance "synthetic". Each image depends on the seed
 * and its own place in the files only, so that the two sets share images as the real ones do.
 *
 * Throws an `InputError` for an unknown name.
 *
 * @example
 * ```ts
 * import { syntheticCifar } from "klayer/synthetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { training, provenance } = syntheticCifar("10k");
 * assertEquals(training.pixels.length, 10_000 * 3072);
 * assertEquals(provenance, { kind: "synthetic", files: [], seed: 400 });
 * ```
 */
export function syntheticCifar(name: SetName, options: { seed?: number } = {}): Dataset {
  const { seed = 400 } = options;
  const layout = layOut(name);
  for (const { name, pixels, labels } of layout.files) {
    const first = FILE_NAMES.indexOf(name) * IMAGES_PER_FILE;
    for (let i = 0; i < IMAGES_PER_FILE; i++) {
      const image = syntheticImage(first + i, { seed });
      labels[i] = image.label;
      pixels.set(image.pixels, i * IMAGE_BYTES);
    }
  }
  return {
    name,
    ...layout.splits(),
    classes: CLASSES,
    provenance: { kind: "synthetic", files: [], seed },
  };
}

/**
 * Draws one image: its label, 0 to 9, and its 3072 bytes. Images 0 to 49,999 are those of the files
 * data_batch_1 to data_batch_5, images 50,000 to 59,999 those of test_batch.
 *
 * @example
 * ```ts
 * import { syntheticImage } from "klayer/synthetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(syntheticImage(0).label, 1);
 * assertEquals(syntheticImage(0).pixels.length, 3072);
 * ```
 */
export function syntheticImage(index: number, options: { seed?: number } = {}) {
  const { seed = 400 } = options;
  const random = smallFastCounter(seed, index);
  const label = Math.floor(10 * uniform(random));
  const other = (label + 1 + Math.floor(9 * uniform(random))) % 10;
  const canvas = light(label, BRIGHTNESS * normal(random));
  for (let j = 0; j < BACKGROUND_WAVES; j++) addWave(canvas, backgroundWave(random), FLAT, FLAT);
  const amplitude = WAVE * Math.exp(WAVE_SPREAD * normal(random));
  const [windowX, windowY] = [window(random), window(random)];
  addWave(canvas, classWave(label, amplitude, random), windowX, windowY);
  addWave(canvas, classWave(other, DISTRACTOR * amplitude, random), windowX, windowY);
  const pixels = new Uint8ClampedArray(IMAGE_BYTES);
  for (let i = 0; i < IMAGE_BYTES; i++) {
    pixels[i] = 255 * (canvas[i] + NOISE * coarseNormal(random));
  }
  return { label, pixels };
}

/** A canvas of 3072 numbers in the light of a class: a brightness and a slope from top to bottom. */
function light(label: number, brightness: number): Float64Array {
  const angle = 2 * Math.PI * (3 * label % 10) / 10;
  const canvas = new Float64Array(IMAGE_BYTES);
  for (let i = 0; i < IMAGE_BYTES; i++) {
    const y = (Math.floor(i / SIDE) % SIDE - CENTRE) / CENTRE;
    canvas[i] = MEAN + brightness + LIGHT * (Math.cos(angle) + Math.sin(angle) * y);
  }
  return canvas;
}

/** The wave of a class: five angles at one frequency, five between them at another. */
function classWave(label: number, amplitude: number, random: Random): Wave {
  const high = label >= 5;
  const angle = Math.PI * (label % 5 + (high ? 0.5 : 0)) / 5 + ANGLE_SPREAD * normal(random);
  const frequency = (high ? 2.2 : 1) / SIDE * Math.exp(FREQUENCY_SPREAD * normal(random));
  const colour = COLOURS[label % 3].map((part) => amplitude * part);
  return wave(frequency, angle, colour, random);
}

/** A wave of any direction, with 0.3 to 3 cycles per image, the stronger the slower. */
function backgroundWave(random: Random): Wave {
  const cycles = 0.3 * 10 ** uniform(random);
  const amplitude = BACKGROUND * Math.abs(normal(random)) /
    Math.sqrt(cycles * BACKGROUND_WAVES / 2);
  const colour = [0, 1, 2].map(() => amplitude * (1 + BACKGROUND_COLOUR * normal(random)));
  return wave(cycles / SIDE, Math.PI * uniform(random), colour, random);
}

function wave(frequency: number, angle: number, colour: number[], random: Random): Wave {
  return {
    fx: frequency * Math.cos(angle),
    fy: frequency * Math.sin(angle),
    phase: 2 * Math.PI * uniform(random),
    colour,
  };
}

/** A window that leaves everything as it is. */
const FLAT = new Float64Array(SIDE).fill(1);

/** A Gaussian window along one axis, up to 6 pixels off the centre. */
function window(random: Random): Float64Array {
  const centre = CENTRE + 12 * (uniform(random) - 0.5);
  return FLAT.map((_, x) => Math.exp(-(((x - centre) / WINDOW) ** 2) / 2));
}

/** Adds a windowed wave, by cos(a + b) = cos a cos b - sin a sin b from 64 cosines, not 1024. */
function addWave(
  canvas: Float64Array,
  { fx, fy, phase, colour }: Wave,
  windowX: Float64Array,
  windowY: Float64Array,
): void {
  const cosX = windowX.map((w, x) => w * Math.cos(2 * Math.PI * fx * x + phase));
  const sinX = windowX.map((w, x) => w * Math.sin(2 * Math.PI * fx * x + phase));
  const [red, green, blue] = colour;
  for (let y = 0, i = 0; y < SIDE; y++) {
    const cosY = windowY[y] * Math.cos(2 * Math.PI * fy * y);
    const sinY = windowY[y] * Math.sin(2 * Math.PI * fy * y);
    for (let x = 0; x < SIDE; x++, i++) {
      const value = cosX[x] * cosY - sinX[x] * sinY;
      canvas[i] += red * value;
      canvas[i + PLANE] += green * value;
      canvas[i + 2 * PLANE] += blue * value;
    }
  }
}

/**
 * C. Doty-Humphrey's "small fast counter" generator (sfc32 of PractRand), a stream of its own for
 * each pair of seed and index. The library's MT19937 takes 624 steps to start, too many per image.
 */
function smallFastCounter(seed: number, index: number): Random {
  const random = Int32Array.of(seed, index, 0x9e3779b9, 1);
  for (let i = 0; i < 12; i++) next(random);
  return random;
}

/** The generator's next 32 bits. */
function next(random: Random): number {
  const a = random[0], b = random[1], c = random[2], counter = random[3];
  const bits = (a + b + counter) | 0;
  random[0] = b ^ (b >>> 9);
  random[1] = c + (c << 3);
  random[2] = (c << 21 | c >>> 11) + bits;
  random[3] = counter + 1;
  return bits;
}

function uniform(random: Random): number {
  return (next(random) >>> 0) / 2 ** 32;
}

/** A standard Gaussian number (Box and Muller). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(random)));
  return radius * Math.cos(2 * Math.PI * uniform(random));
}

/** Roughly a standard Gaussian number: the sum of the four bytes of a random one, standardised. */
function coarseNormal(random: Random): number {
  const bits = next(random);
  const sum = (bits & 255) + (bits >>> 8 & 255) + (bits >>> 16 & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}
