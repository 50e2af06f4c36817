/**
 * What Prometheus reads. Labels are few and bounded: products, routes, states; never a device, an account or an
 * address. Each server has a registry of its own, fed from the channels of observe.ts and, when somebody
 * asks, from the state of the server.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { OBSERVATIONS, type Observation, type ObservedWork, REPORTS } from './observe.ts'
import type { StoredCounts } from './stored-counts.ts'

/** Seconds. From a database in memory to one that is hardly there. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]
/** Downloads are requests too. */
const REQUEST_BUCKETS = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600]
const BATCH_SIZES = [1, 5, 20, 100, 500]

/** What is looked up when somebody reads the metrics. */
export interface ServerState extends StoredCounts {
  readonly reportsWaiting: number
  readonly brokerReachable: boolean
  readonly leads: boolean
  /** By part, as in /readyz. */
  readonly ready: Readonly<Record<string, boolean>>
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #histograms: Readonly<Record<ObservedWork, Histogram>>
  readonly #batchSizes: Histogram
  readonly #reports: Counter
  readonly #gauges: Readonly<Record<string, Gauge>>
  readonly #state: () => Promise<ServerState>

  constructor(state: () => Promise<ServerState>) {
    this.#state = state
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    const histogram = (name: string, help: string, labelNames: string[] = [], buckets = BUCKETS) =>
      new Histogram({ name: `fleetward_${name}`, help, labelNames, buckets, registers })
    const requestLabels = ['listener', 'method', 'route', 'status']
    this.#histograms = {
      request: histogram(
        'http_request_seconds',
        'HTTP requests by route',
        requestLabels,
        REQUEST_BUCKETS,
      ),
      query: histogram('database_query_seconds', 'Queries of the database', ['result']),
      transaction: histogram('database_transaction_seconds', 'Transactions that run alone', [
        'result',
      ]),
      reportBatch: histogram('report_batch_seconds', 'Writing a batch of reports', ['result']),
      manifestSigning: histogram('manifest_signing_seconds', 'Signing a manifest', ['result']),
    }
    this.#batchSizes = histogram('report_batch_reports', 'Reports in a batch', [], BATCH_SIZES)
    this.#reports = new Counter({
      name: 'fleetward_reports_total',
      help: 'Reports of devices, by how they ended',
      labelNames: ['end'],
      registers,
    })
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name: `fleetward_${name}`, help, labelNames, registers })
    this.#gauges = {
      devices: gauge('devices', 'Devices on record', ['product']),
      online: gauge('devices_online', 'Devices that are connected', ['product']),
      rollouts: gauge('rollouts', 'Rollouts by state', ['product', 'state']),
      manifestsUnpublished: gauge(
        'manifests_unpublished',
        'Manifests the broker is not known to have',
      ),
      commandsPending: gauge('commands_pending', 'Commands that wait for their device'),
      webhooksWaiting: gauge(
        'webhook_events_waiting',
        'Events that webhooks have not delivered yet',
      ),
      auditEntries: gauge('audit_entries', 'Entries of the audit log'),
      auditEntriesSent: gauge('audit_entries_sent', 'Of these, sent to the log server'),
      reportsWaiting: gauge('reports_waiting', 'Reports taken and not written yet'),
      brokerReachable: gauge('broker_connected', '1 while the broker can be reached'),
      leads: gauge('leader', '1 while this instance leads'),
      ready: gauge('ready', '1 for each part that is ready', ['part']),
    }
    OBSERVATIONS.subscribe(this.#observe)
    REPORTS.subscribe(this.#countReport)
  }

  stop(): void {
    OBSERVATIONS.unsubscribe(this.#observe)
    REPORTS.unsubscribe(this.#countReport)
  }

  /** Prometheus' text form. */
  async text(): Promise<{ readonly type: string; readonly text: string }> {
    this.#show(await this.#state())
    return { type: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  #show({ devices, rollouts, ready, ...others }: ServerState): void {
    // A product or state that is gone is shown no more.
    for (const name of ['devices', 'online', 'rollouts', 'ready']) this.#gauges[name]?.reset()
    for (const { product, count, online } of devices) {
      this.#gauges.devices?.set({ product }, count)
      this.#gauges.online?.set({ product }, online)
    }
    for (const { product, state, count } of rollouts) {
      this.#gauges.rollouts?.set({ product, state }, count)
    }
    for (const [part, isReady] of Object.entries(ready)) {
      this.#gauges.ready?.set({ part }, Number(isReady))
    }
    for (const [name, value] of Object.entries(others)) this.#gauges[name]?.set(Number(value))
  }

  readonly #observe = (message: unknown): void => {
    const { what, ms, isFailed, facts } = message as Observation
    if (what === 'request') {
      this.#histograms.request.observe(facts as Readonly<Record<string, string>>, ms / 1000)
      return
    }
    this.#histograms[what].observe({ result: isFailed ? 'failed' : 'done' }, ms / 1000)
    if (what === 'reportBatch') this.#batchSizes.observe(Number(facts.reports))
  }

  readonly #countReport = (end: unknown): void => {
    this.#reports.inc({ end: String(end) })
  }
}
