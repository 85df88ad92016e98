import * as z from 'zod';
import type { Roles } from '../../iam/roles.ts';
import type { CloudIdentity } from '../identity.ts';
import { nameOf, type ResourceAddress, type ResourceHandler, resourceHandler } from '../resource.ts';

const TRUST = 'who may assume a role is AWS’s question; here each role has its own key';
const Tags = z.array(z.object({ Key: z.string(), Value: z.string() })).default([]);
const API_ROLE_TAG = 'oi-loop:api-role';

/** `AWS::IAM::Role`, `Policy` and `ManagedPolicy`. */
export function iamHandlers(roles: Roles, identity: CloudIdentity): ResourceHandler[] {
  return [roleHandler(roles, identity), policyHandler(roles), managedPolicyHandler(roles, identity)];
}

function roleHandler(roles: Roles, identity: CloudIdentity): ResourceHandler {
  return resourceHandler({
    types: ['AWS::IAM::Role'],
    honoured: {
      RoleName: z.string().optional(),
      Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
      ManagedPolicyArns: z.array(z.string()).default([]),
      Tags,
    },
    ignored: {
      AssumeRolePolicyDocument: TRUST,
      Description: 'text for people',
      MaxSessionDuration: TRUST,
      Path: 'part of no name that is checked here',
    },
    create(properties, address) {
      const name = nameOf(properties.RoleName, address, 64);
      const roleArn = `arn:aws:iam::${identity.accountId}:role/${name}`;
      const apiRole = properties.Tags.find(({ Key }) => Key === API_ROLE_TAG)?.Value;
      roles.add(name, roleArn, apiRole);
      for (const { PolicyName, PolicyDocument } of properties.Policies) {
        roles.attach(name, PolicyDocument, `${where(address)} policy ${PolicyName}`);
      }
      for (const policyArn of properties.ManagedPolicyArns)
        roles.attachManaged(name, policyArn, where(address));
      return { ref: name, attributes: { Arn: roleArn, RoleId: `AROA${name}` } };
    },
  });
}

function policyHandler(roles: Roles): ResourceHandler {
  return resourceHandler({
    types: ['AWS::IAM::Policy'],
    honoured: { PolicyName: z.string(), PolicyDocument: z.unknown(), Roles: z.array(z.string()) },
    create({ PolicyName, PolicyDocument, Roles: names }, address) {
      for (const name of names) roles.attach(name, PolicyDocument, where(address));
      return { ref: PolicyName, attributes: {} };
    },
  });
}

function managedPolicyHandler(roles: Roles, identity: CloudIdentity): ResourceHandler {
  return resourceHandler({
    types: ['AWS::IAM::ManagedPolicy'],
    honoured: {
      ManagedPolicyName: z.string().optional(),
      PolicyDocument: z.unknown(),
      Roles: z.array(z.string()).default([]),
    },
    ignored: { Description: 'text for people', Path: 'part of no name that is checked here' },
    create(properties, address) {
      const name = nameOf(properties.ManagedPolicyName, address, 128);
      const policyArn = `arn:aws:iam::${identity.accountId}:policy/${name}`;
      roles.addManaged(policyArn, properties.PolicyDocument, where(address));
      for (const role of properties.Roles) roles.attachManaged(role, policyArn, where(address));
      return { ref: policyArn, attributes: { PolicyArn: policyArn } };
    },
  });
}

function where({ stack, logicalId, type }: ResourceAddress): string {
  return `${stack}.${logicalId} (${type})`;
}
