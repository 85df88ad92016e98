import { Logger } from '@aws-lambda-powertools/logger';

/** Structured JSON logs; the service name is the stage (POWERTOOLS_SERVICE_NAME). */
export const logger = new Logger();
