import { asFields, asList, asText, checkFields, checkNumber, checkTemplate, refuse } from './check.ts';
import { CATCHER_FIELDS, RETRIER_FIELDS } from './fields.ts';
import { checkAssign } from './variables.ts';

export function checkRetriers(retriers: readonly unknown[], where: string): void {
  retriers.forEach((value, index) => {
    const here = `${where}, retry ${index}`;
    const retrier = asFields(value, where, `Retry/${index}`);
    checkFields(retrier, RETRIER_FIELDS, here);
    checkErrorEquals(retrier['ErrorEquals'], here, index === retriers.length - 1);
    checkNumber(retrier, 'IntervalSeconds', here, { least: 1 });
    checkNumber(retrier, 'MaxAttempts', here);
    checkNumber(retrier, 'BackoffRate', here, { least: 1, whole: false });
    checkNumber(retrier, 'MaxDelaySeconds', here, { least: 1, most: 31_622_400 });
    const jitter = retrier['JitterStrategy'] ?? 'NONE';
    if (jitter !== 'NONE' && jitter !== 'FULL')
      refuse(here, 'field "JitterStrategy" to be NONE or FULL', jitter);
  });
}

export function checkCatchers(catchers: readonly unknown[], where: string): void {
  catchers.forEach((value, index) => {
    const here = `${where}, catch ${index}`;
    const catcher = asFields(value, where, `Catch/${index}`);
    checkFields(catcher, CATCHER_FIELDS, here);
    checkErrorEquals(catcher['ErrorEquals'], here, index === catchers.length - 1);
    asText(catcher['Next'], here, 'Next');
    checkTemplate(catcher['Output'], here, 'Output');
    checkAssign(catcher['Assign'], here);
  });
}

function checkErrorEquals(value: unknown, where: string, isLast: boolean): void {
  const names = asList(value, where, 'ErrorEquals');
  for (const name of names) asText(name, where, 'ErrorEquals');
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    refuse(where, '"States.ALL" to stand alone and last in field "ErrorEquals"', names);
  }
}
