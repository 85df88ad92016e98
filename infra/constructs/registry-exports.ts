/** What is written of the registry for people, by whoever changes it (shared/adapters/lake/registry-export.ts). */
export const REGISTRY_EXPORTS = ['registry/registry.yml', 'registry/deployments.log'] as const;
