/** What is written of the registry for people, by whoever changes it (shared/adapters/lake/registry-export.ts). */
export const REGISTRY_EXPORTS = ['models/registry.yml', 'models/deployments.log'] as const;
