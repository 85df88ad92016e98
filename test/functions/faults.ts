import { Temporary } from '../../shared/errors.ts';

/** Says for each call of a port whether it fails before it does anything, after it did it, or not. */
export type Fault = 'before' | 'after' | 'none';

/** The port with faults: `next(method)` decides call by call. A fault after the call is a lost answer. */
export function withFaults<Port extends object>(port: Port, next: (method: string) => Fault): Port {
  return new Proxy(port, {
    get(target, method, receiver) {
      const real = Reflect.get(target, method, receiver);
      if (typeof real !== 'function') return real;
      return async (...parameters: unknown[]) => {
        const fault = next(String(method));
        if (fault === 'before') throw new Temporary(`${String(method)}: fails before`);
        const answer = await real.apply(target, parameters);
        if (fault === 'after') throw new Temporary(`${String(method)}: its answer is lost`);
        return answer;
      };
    },
  });
}

/** Fails the named method once and never again. */
export function failOnce(method: string, fault: Fault): (called: string) => Fault {
  let failed = false;
  return (called) => {
    if (failed || called !== method) return 'none';
    failed = true;
    return fault;
  };
}
