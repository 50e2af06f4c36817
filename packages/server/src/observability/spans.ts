/**
 * OpenTelemetry traces. Only its API is used here: the operator brings the SDK with an exporter
 * (`node --import ./tracing.mjs`, docs/operating/observability.md) and switches traces on in the settings. The switch
 * is of the process, as the SDK is.
 */
import {
  type Attributes,
  type Context,
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'

/** Of what was worked on; never a secret, never personal. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>

const NAME = 'fleetward-server'

let tracer: Tracer | undefined

export function enableTraces(isEnabled: boolean): void {
  tracer = isEnabled ? trace.getTracer(NAME) : undefined
}

/** As a child of the span that is active. */
export async function inSpan<Result>(
  name: string,
  facts: SpanFacts,
  work: () => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined) return work()
  const span = tracer.startSpan(`fleetward.${name}`, { attributes: facts as Attributes })
  try {
    return await context.with(trace.setSpan(context.active(), span), work)
  } catch (error) {
    // The kind of error alone: its words may hold what a caller sent.
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof Error ? error.name : '',
    })
    throw error
  } finally {
    span.end()
  }
}

export interface RequestSpan {
  /** What the request sets off, run as its child. */
  run(work: () => void): void
  end(facts: SpanFacts, isFailed: boolean): void
}

/** A request goes on with the trace of its caller, where that one says so (W3C Trace Context). */
export function requestSpan(
  method: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): RequestSpan | undefined {
  if (tracer === undefined) return undefined
  const caller: Context = propagation.extract(context.active(), headers)
  const span = tracer.startSpan(`${method} request`, { kind: SpanKind.SERVER }, caller)
  return {
    run: (work) => context.with(trace.setSpan(caller, span), work),
    end: (facts, isFailed) => {
      const { route } = facts
      if (typeof route === 'string') span.updateName(`${method} ${route}`)
      span.setAttributes(facts as Attributes)
      if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}
