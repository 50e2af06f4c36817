import { HttpError } from '../http/problem.ts'

/** A refusal that has its own entry in the audit log: no second one is written for it. */
export class NotedError extends HttpError {}
