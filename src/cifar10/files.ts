/**
 * What the official CIFAR-10 files are: format, names, sizes, checksums, address, class names.
 *
 * Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009, and the
 * data set's page, https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 * @module
 */

/** Bytes of an image: a red, a green and a blue plane, each 32 x 32, row-major. */
export const IMAGE_BYTES = 3072;

/** Images in each of the six files. */
export const IMAGES_PER_FILE = 10_000;

/** Bytes of a file: each record is one label byte and the image. */
export const FILE_BYTES = IMAGES_PER_FILE * (1 + IMAGE_BYTES);

/** The six files and the MD5 of each official one. */
export const FILES = {
  "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
  "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
  "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
  "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
  "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
  "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
} as const;

/** One of the six files. */
export type FileName = keyof typeof FILES;

/** The names of the six files. */
export const FILE_NAMES = Object.keys(FILES) as FileName[];

/** The official archive. Its members lie in a directory `cifar-10-batches-bin`. */
export const ARCHIVE = {
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  size: 170_052_171,
  sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
} as const;

/** The name of the directory that holds the six files. */
export const DIRECTORY = "cifar-10-batches-bin";

/** The ten class names, in the order of the labels. */
export const CLASSES: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];
