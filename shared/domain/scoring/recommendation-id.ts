const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;

/**
 * The ULID of a recommendation: its snapshot's time and the first 80 bits of its input hash, so that the same input
 * has the same id and ids sort by time. Throws RangeError for a hash of less than 20 hex digits or a time outside ULID's.
 */
export function recommendationId(timestampMs: number, inputHash: string): string {
  if (!/^[0-9a-f]{20}/.test(inputHash)) {
    throw new RangeError(`inputHash: expected at least 20 hex digits, was ${inputHash}`);
  }
  if (!Number.isInteger(timestampMs) || timestampMs < 0 || timestampMs >= 2 ** 48) {
    throw new RangeError(`timestampMs: expected epoch milliseconds, was ${timestampMs}`);
  }
  return encode(BigInt(timestampMs), TIME_CHARACTERS) + encode(BigInt(`0x${inputHash.slice(0, 20)}`), 16);
}

function encode(value: bigint, characters: number): string {
  let text = '';
  for (let rest = value; text.length < characters; rest >>= 5n) text = CROCKFORD[Number(rest & 31n)] + text;
  return text;
}
