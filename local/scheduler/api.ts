import type { LocalRequest, LocalResponse } from '../service.ts';
import { type Fields, InvalidSchedule, type Schedule } from './schedule.ts';
import type { ScheduleRecord } from './store.ts';

/** What the API asks of the scheduler. */
export interface Schedules {
  createSchedule(schedule: { readonly name: string } & Fields): void;
  updateSchedule(name: string, properties: Fields): void;
  deleteSchedule(name: string): void;
  getSchedule(name: string): ScheduleRecord;
  hasSchedule(name: string): boolean;
  listSchedules(): ScheduleRecord[];
  arnOf(schedule: Schedule): string;
}

const STATUS_OF: Readonly<Record<string, number>> = {
  ResourceNotFoundException: 404,
  ConflictException: 409,
  ValidationException: 400,
};

/** Answers the REST API: `/schedules` and `/schedules/{name}`. */
export async function answer(schedules: Schedules, request: LocalRequest): Promise<LocalResponse> {
  try {
    return respond(200, perform(schedules, request));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = STATUS_OF[error.name] ?? 500;
    const type = status === 500 ? 'InternalServerException' : error.name;
    return respond(status, { Message: error.message }, { 'x-amzn-errortype': type });
  }
}

function perform(schedules: Schedules, request: LocalRequest): unknown {
  const [, root, encoded, ...rest] = request.path.split('/');
  if (root !== 'schedules' || rest.length > 0) refuseRoute(request);
  if (encoded === undefined || encoded === '') {
    return request.method === 'GET' ? list(schedules, request.query) : refuseRoute(request);
  }
  const name = decodeURIComponent(encoded);
  if (request.method === 'GET') return describe(schedules, schedules.getSchedule(name));
  if (request.method === 'POST') return create(schedules, name, parseBody(request.body));
  if (request.method === 'PUT') return update(schedules, name, parseBody(request.body));
  if (request.method === 'DELETE') return remove(schedules, name);
  return refuseRoute(request);
}

function refuseRoute({ method, path }: LocalRequest): never {
  throw new InvalidSchedule(
    `expected GET /schedules or a method on /schedules/{name}, was ${method} ${path}`,
  );
}

function parseBody(body: Buffer): Fields {
  try {
    return JSON.parse(body.toString('utf8') || '{}') as Fields;
  } catch (error) {
    throw new InvalidSchedule(`body: expected JSON, was ${(error as Error).message}`);
  }
}

function create(schedules: Schedules, name: string, body: Fields): unknown {
  if (schedules.hasSchedule(name)) {
    const error = new Error(`expected the name of a new schedule, was ${name}`);
    error.name = 'ConflictException';
    throw error;
  }
  schedules.createSchedule({ ...withInstants(body), name });
  return { ScheduleArn: schedules.arnOf(schedules.getSchedule(name).schedule) };
}

function update(schedules: Schedules, name: string, body: Fields): unknown {
  schedules.updateSchedule(name, withInstants(body));
  return { ScheduleArn: schedules.arnOf(schedules.getSchedule(name).schedule) };
}

/** The SDK writes StartDate and EndDate as epoch seconds. */
function withInstants(body: Fields): Fields {
  const instants = ['StartDate', 'EndDate'].filter((field) => typeof body[field] === 'number');
  const texts = instants.map((field) => [field, new Date((body[field] as number) * 1_000).toISOString()]);
  return { ...body, ...Object.fromEntries(texts) };
}

function remove(schedules: Schedules, name: string): unknown {
  schedules.deleteSchedule(name);
  return {};
}

function describe(schedules: Schedules, { schedule, createdMs, updatedMs }: ScheduleRecord): unknown {
  const { name, StartDate, EndDate, ...fields } = schedule;
  return {
    ...fields,
    Name: name,
    Arn: schedules.arnOf(schedule),
    ...(StartDate === undefined ? {} : { StartDate: Date.parse(StartDate) / 1_000 }),
    ...(EndDate === undefined ? {} : { EndDate: Date.parse(EndDate) / 1_000 }),
    FlexibleTimeWindow: { Mode: 'OFF' },
    CreationDate: createdMs / 1_000,
    LastModificationDate: updatedMs / 1_000,
  };
}

function list(schedules: Schedules, query: URLSearchParams): unknown {
  const prefix = query.get('NamePrefix') ?? '';
  const state = query.get('State');
  const after = query.get('NextToken') ?? '';
  const limit = Number(query.get('MaxResults') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new InvalidSchedule(`MaxResults: expected 1..100, was ${query.get('MaxResults')}`);
  }
  const matching = schedules
    .listSchedules()
    .filter(
      ({ name, schedule }) =>
        name.startsWith(prefix) && name > after && (state ?? schedule.State) === schedule.State,
    );
  const page = matching.slice(0, limit);
  const NextToken = matching.length > limit ? { NextToken: page.at(-1)?.name } : {};
  return { Schedules: page.map((record) => summary(schedules, record)), ...NextToken };
}

function summary(schedules: Schedules, { schedule, createdMs, updatedMs }: ScheduleRecord): unknown {
  return {
    Arn: schedules.arnOf(schedule),
    Name: schedule.name,
    GroupName: schedule.GroupName,
    State: schedule.State,
    Target: { Arn: schedule.Target.Arn },
    CreationDate: createdMs / 1_000,
    LastModificationDate: updatedMs / 1_000,
  };
}

function respond(status: number, body: unknown, headers: Record<string, string> = {}): LocalResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
