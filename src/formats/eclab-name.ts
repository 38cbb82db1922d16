/** What EC-Lab writes into file names: "cell7_03_PEIS_C02.mpr" is technique 3 of a linked sequence on channel 2. */
export interface EcLabName {
  /** Name without number, technique and channel: the same for all files of one sequence. */
  readonly sequence: string;
  readonly index: number;
  readonly technique: string;
  readonly channel?: string;
}

/** The parts of an EC-Lab file name; undefined for other names. */
export function parseEcLabName(name: string): EcLabName | undefined {
  const match = /^(.*?)_(\d{2})_([A-Za-z]\w*?)(?:_(C[A-Z]?\d{1,2}))?\.mp[rt]$/i.exec(name);
  if (!match?.[1]) return undefined;
  const channel = match[4];
  return { sequence: match[1], index: Number(match[2]), technique: match[3]!, ...(channel && { channel }) };
}

/** The name's parts as meta data of an item. */
export function nameMeta(name: string): Record<string, string> {
  const parts = parseEcLabName(name);
  if (!parts) return {};
  return {
    "sequence.name": parts.sequence,
    "sequence.index": String(parts.index),
    ...(parts.channel && { "sequence.channel": parts.channel }),
  };
}
