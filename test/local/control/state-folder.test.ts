import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readEndpointFile,
  removeEndpointFile,
  writeEndpointFile,
} from '../../../local/control/endpoint-file.ts';
import { listOutbox } from '../../../local/control/outbox.ts';
import { SlackSink } from '../../../local/control/slack-sink.ts';
import { openStateFolder, SCHEMA_VERSION } from '../../../local/control/state-folder.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a folder keeps its seed and what it is told, for its owner only', () => {
  const first = openStateFolder(join(directory, 'new'));
  first.remember('a', 'b');
  first.close();
  const second = openStateFolder(join(directory, 'new'));
  expect(second.seed).toEqual(first.seed);
  expect(second.seed).toHaveLength(32);
  expect([second.recall('a'), second.recall('x')]).toEqual(['b', undefined]);
  expect(statSync(join(directory, 'new', 'cloud.sqlite')).mode & 0o777).toBe(0o600);
  second.close();
});

test('a folder is held by one at a time', () => {
  const first = openStateFolder(directory);
  expect(() => openStateFolder(directory)).toThrow(
    /was in use by another local cloud \(stop it: \.\/oi stop\)/,
  );
  first.close();
  openStateFolder(directory).close();
});

test.each([
  [SCHEMA_VERSION + 1, 'update the program'],
  [-1, 'start afresh with ./oi reset'],
])('a folder of schema version %i is refused with a remedy', (version, remedy) => {
  openStateFolder(directory).close();
  const database = new DatabaseSync(join(directory, 'cloud.sqlite'));
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
  expect(() => openStateFolder(directory)).toThrow(
    `expected state of schema version ${SCHEMA_VERSION}, was ${version} (${remedy})`,
  );
});

test('the endpoint file is written for its owner, read back and removed', () => {
  expect(readEndpointFile(directory)).toBeNull();
  const content = {
    endpoint: 'http://127.0.0.1:1',
    region: 'r',
    keys: {},
    environment: {},
    outputs: {},
    pid: 1,
    token: 't',
  };
  writeEndpointFile(directory, content);
  expect(readEndpointFile(directory)).toEqual(content);
  expect(statSync(join(directory, 'endpoint.json')).mode & 0o777).toBe(0o600);
  removeEndpointFile(directory);
  expect(readEndpointFile(directory)).toBeNull();
});

test('the Slack sink keeps JSON objects in order and refuses the rest', () => {
  const sink = new SlackSink(join(directory, 'slack.jsonl'));
  expect(sink.list()).toEqual([]);
  expect(['{"text":"a"}', 'text', '[]', '{"text":"b"}'].map((body) => sink.receive(body, 0))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(new SlackSink(join(directory, 'slack.jsonl')).list().map(({ body }) => body)).toEqual([
    { text: 'a' },
    { text: 'b' },
  ]);
});

test('the outbox lists e-mails oldest first, and nothing that is half written', () => {
  expect(listOutbox(join(directory, 'none'))).toEqual([]);
  const email = (subject: string) =>
    `From: "AWS" <x@y>\r\nTo: desk@example.com\r\nSubject: ${subject}\r\n\r\nline\r\nTo: nobody\r\n`;
  writeFileSync(join(directory, '2.eml'), email('second'));
  writeFileSync(join(directory, '1.eml'), email('first'));
  writeFileSync(join(directory, '.3.unfinished'), '');
  expect(listOutbox(directory)).toEqual([
    { file: '1.eml', to: 'desk@example.com', subject: 'first', body: 'line\nTo: nobody\n' },
    { file: '2.eml', to: 'desk@example.com', subject: 'second', body: 'line\nTo: nobody\n' },
  ]);
});
