import type { TemplateResource } from './template.ts';

/** Logical ids a resource refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn (pseudo parameters left out). */
export function referencesOf(resource: TemplateResource): string[] {
  const dependsOn = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();
  return [...new Set([...dependsOn, ...referencesIn(resource.Properties)])];
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref' && typeof argument === 'string') return [argument].filter(isLogicalId);
    if (key === 'Fn::GetAtt') return [String([argument].flat()[0]).split('.')[0] ?? ''];
    if (key === 'Fn::Sub') return [...substitutions(argument), ...referencesIn(argument)];
    return referencesIn(argument);
  });
}

function substitutions(argument: unknown): string[] {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return [...String(template).matchAll(/\$\{([^!}][^}]*)\}/g)]
    .map((match) => match[1]?.split('.')[0] ?? '')
    .filter((name) => isLogicalId(name) && !(name in Object(variables)));
}

function isLogicalId(name: string): boolean {
  return !name.startsWith('AWS::');
}
