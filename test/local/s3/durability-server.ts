import type { AddressInfo } from 'node:net';
import { createS3 } from '../../../local/s3/service.ts';
import { handClock, serve } from './harness.ts';

/** The process that durability.test.ts kills: `node durability-server.ts <directory>` prints its port once it listens. */
const s3 = createS3({ directory: process.argv[2] ?? '', clock: handClock() });
s3.createBucket('plain');
s3.createBucket('versioned', { versioning: true });
const server = await serve(s3);
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
