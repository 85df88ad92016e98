/** Bits a character that a text of random letters has, and a word of a language has not. */
const RANDOM_BITS = 3.6;

const PATTERNS: readonly (readonly [string, RegExp])[] = [
  ['an access key of AWS', /\b(?:AKIA|ASIA)([A-Z2-7]{16})\b/g],
  ['a private key', /-----BEGIN ([A-Z ]*PRIVATE KEY)-----/g],
  ['a Slack webhook', /hooks\.slack\.com\/services\/(T\w{6,}\/B\w{6,}\/\w{20,})/g],
  ['a Slack token', /\b(xox[abprs]-[\w-]{20,})/g],
  ['a GitHub token', /\b(gh[pousr]_\w{36,})/g],
  ['an npm token', /\b(npm_\w{36})\b/g],
  ['a token in a URL', /\bhttps?:\/\/[^\s/:@'"`]+:([^\s/@'"`$]{8,})@/g],
  [
    'a secret by its name',
    /(?:secret_?(?:access_?)?key|password|passwd|api_?key|auth_?token)["']?\s*[:=]\s*["']?([\w+/!#%^&*=-]{12,})/gi,
  ],
];

/** What in a text looks like a secret; what is regular, or a word or a name of the code, does not. */
export function secretsIn(text: string): string[] {
  return PATTERNS.flatMap(([what, pattern]) =>
    [...text.matchAll(pattern)]
      .filter(([, secret = '']) => what === 'a private key' || isRandom(secret))
      .map(([whole]) => `${what}: ${whole.slice(0, 24)}…`),
  );
}

function isRandom(text: string): boolean {
  return /\d/.test(text) && bitsACharacter(text) >= Math.min(RANDOM_BITS, Math.log2(text.length) * 0.6);
}

/** Shannon entropy. Example: of `aaaa` it is 0, of `abcd` it is 2. */
function bitsACharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const one of text) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}
