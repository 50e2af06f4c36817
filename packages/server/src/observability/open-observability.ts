/** Metrics and readiness of a server, put together and shown on their listener. */
import type { Logger } from 'pino'
import type { BrokerHealth } from '../broker/broker-health.ts'
import type { Clock } from '../ports.ts'
import type { Settings } from '../settings.ts'
import { Metrics } from './metrics.ts'
import { listenForMetrics } from './metrics-listener.ts'
import {
  artifactsPart,
  brokerPart,
  clockPart,
  type DatabaseAnswer,
  databasePart,
  leadershipPart,
} from './parts.ts'
import { Readiness } from './readiness.ts'
import { CountsNowAndThen, type StoredCounts } from './stored-counts.ts'

export interface ObservabilityNeeds {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Logger
  askDatabase(): Promise<DatabaseAnswer>
  count(): Promise<StoredCounts>
  /** Rejects when artifacts cannot be read or written. */
  probeArtifacts(): Promise<void>
  brokerHealth(): BrokerHealth
  leads(): boolean
  /** Reports taken and not written yet. */
  reportsWaiting(): number
}

const NOTHING_COUNTED: StoredCounts = {
  ...{ devices: [], rollouts: [], manifestsUnpublished: 0, commandsPending: 0 },
  ...{ webhooksWaiting: 0, auditEntries: 0, auditEntriesSent: 0 },
}

export async function openObservability(
  needs: ObservabilityNeeds,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { settings, clock, log } = needs
  const readiness = new Readiness(
    [
      databasePart(() => needs.askDatabase()),
      brokerPart(() => needs.brokerHealth()),
      artifactsPart(() => needs.probeArtifacts()),
      clockPart(clock, () => needs.askDatabase()),
      leadershipPart(() => needs.leads()),
    ],
    ...([clock, log] as const),
  )
  const counts = new CountsNowAndThen(() => needs.count())
  const metrics = new Metrics(async () => {
    const report = await readiness.report()
    return {
      // What the server knows without its database is told also while that is away.
      ...(await counts.read().catch(() => NOTHING_COUNTED)),
      reportsWaiting: needs.reportsWaiting(),
      brokerReachable: needs.brokerHealth().isReachable,
      leads: needs.leads(),
      ready: Object.fromEntries(
        Object.entries(report).map(([name, { isReady }]) => [name, isReady]),
      ),
    }
  })
  const listener = await listenForMetrics({
    ...{ hosts: settings.host, metrics, readiness },
    place: { address: settings.listen.metricsAddress, port: metricsPortOf(settings.listen) },
  })
  return {
    port: listener.port,
    stop: async () => {
      await listener.stop()
      readiness.stop()
      metrics.stop()
    },
  }
}

/** Beside the operator's, unless the settings say otherwise; any free one where that is any free one. */
function metricsPortOf({ metrics, operator }: Settings['listen']): number {
  return metrics ?? (operator === 0 ? 0 : operator + 1)
}
