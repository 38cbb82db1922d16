import type { Dialect } from "./dialect.ts";
import { dectrisDialect } from "./dialects/dectris.ts";
import { dm5Dialect } from "./dialects/dm5.ts";
import { ebsdDialect } from "./dialects/ebsd/ebsd.ts";
import { emdDialect } from "./dialects/emd.ts";
import { hyperspyDialect } from "./dialects/hyperspy.ts";
import { nexusDialect } from "./dialects/nexus.ts";
import { prismaticDialect } from "./dialects/prismatic.ts";
import { stemMetadataDialect } from "./dialects/stem.ts";
import { topspinDialect } from "./dialects/topspin/topspin.ts";
import { veloxDialect } from "./dialects/velox/velox.ts";

/** The dialects, the most particular first; a file that is none of these is listed dataset by dataset. */
export const dialects: readonly Dialect[] = [
  veloxDialect,
  hyperspyDialect,
  topspinDialect,
  dm5Dialect,
  ebsdDialect,
  dectrisDialect,
  stemMetadataDialect,
  prismaticDialect,
  nexusDialect,
  emdDialect,
];
