import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readImage } from '../../../local/sagemaker/image.ts';
import { DOCKERFILE } from './sagemaker-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function image(dockerfile: string, name = 'Dockerfile') {
  writeFileSync(join(folder, name), dockerfile);
  return readImage(folder, name);
}

describe('a Dockerfile', () => {
  test('says the program and its environment, with the paths of this machine', () => {
    expect(image(DOCKERFILE)).toEqual({
      folder,
      labels: {},
      environment: { LD_LIBRARY_PATH: `${join(folder, 'lib')}:/usr/lib` },
      entrypoint: ['node', '--enable-source-maps', 'index.js'],
    });
  });

  test('may have another name, and an entry point below the working directory', () => {
    const text = 'FROM node\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["node", "/app/bin/train.js"]';
    expect(image(text, 'Dockerfile.train').entrypoint).toEqual(['node', join(folder, 'bin', 'train.js')]);
  });

  test.each([
    ['RUN npm ci', 'was RUN npm ci'],
    ['COPY lib /opt/lib', 'was COPY lib /opt/lib'],
    ['ENV NAME value', 'expected ENV name=value, was ENV NAME value'],
    ['ENTRYPOINT node index.js', 'expected ENTRYPOINT ["node", ...], was ENTRYPOINT node index.js'],
    ['ENTRYPOINT ["python", "train.py"]', 'was ENTRYPOINT ["python", "train.py"]'],
    ['nonsense', 'expected one instruction a line, was nonsense'],
  ])('that says %s is refused by that line', (line, message) => {
    expect(() => image(`${DOCKERFILE}\n${line}`)).toThrow(message);
  });

  test('without a program, or that copies before it says whereto, is refused', () => {
    expect(() => image('FROM node\nWORKDIR /app\nCOPY . .')).toThrow('expected an ENTRYPOINT, was none');
    expect(() => image('FROM node\nCOPY . .')).toThrow('was COPY . .');
  });
});
