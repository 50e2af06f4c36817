/** The routes of the local API that the parts of the agent bring. */
import type { FileActivityLog } from '../activity/file-activity-log.ts'
import { logRoutes } from '../activity/log-routes.ts'
import type { BundleIntake } from '../bundle/bundle-intake.ts'
import { bundleRoutes } from '../bundle/bundle-routes.ts'
import type { Line } from '../connection/line.ts'
import { doctorRoutes } from '../doctor/doctor-routes.ts'
import type { FactoryPack } from '../enrolment/factory-pack.ts'
import { integrityRoutes } from '../integrity/integrity-routes.ts'
import type { IntegrityWatch } from '../integrity/integrity-watch.ts'
import type { LocalRoute } from '../local-api/route.ts'
import { ImportDesk } from '../owners-data/import-desk.ts'
import { opennessRoutes } from '../owners-data/openness-routes.ts'
import { ownersDataRoutes } from '../owners-data/owners-data-routes.ts'
import type { Log } from '../ports.ts'
import { Receipts } from '../reset/receipt.ts'
import type { ResetDesk } from '../reset/reset-desk.ts'
import { resetRoutes } from '../reset/reset-routes.ts'
import type { VouchedSettings } from '../reset/vouched-settings.ts'
import type { UpdateRun } from '../run/update-run.ts'
import type { Settings } from '../settings.ts'

export interface DeviceParts {
  readonly settings: Settings
  readonly pack: FactoryPack
  readonly run: UpdateRun
  readonly log: Log
  readonly activity: FileActivityLog
  readonly factory: VouchedSettings
  readonly integrity: IntegrityWatch
  readonly line: Line
  readonly bundles: BundleIntake
  readonly reset: ResetDesk
  readonly agentVersion: string
}

export function deviceRoutes(parts: DeviceParts): readonly LocalRoute[] {
  const { settings, pack, run, log, activity, factory, integrity, bundles, reset } = parts
  const { dataFolder, product, device, ownersData, proxy, logSink, artifactLinks } = settings
  return [
    ...logRoutes({ activity, device }),
    ...integrityRoutes(integrity),
    ...doctorRoutes(parts),
    ...bundleRoutes(run, bundles),
    ...resetRoutes({ reset, receipts: new Receipts(dataFolder) }),
    ...ownersDataRoutes({
      ...{ device, reset },
      imports: new ImportDesk({ dataFolder, product, ownersData, owner: () => run.record.owner }),
      source: () => ({
        ...{ product, agent: parts.agentVersion, now: run.now() },
        ...{ owner: run.record.owner, ...ownersData },
        logLines: () => activity.lines(),
        onSkipped: (path) => log.write('info', 'not-exported', { path }),
      }),
      exported: (by, sections) =>
        activity.record({
          ...{ class: 'data', event: 'data-exported', by },
          facts: { sections: sections.join(' ') },
        }),
    }),
    ...opennessRoutes({
      egress: { server: pack.server, proxy, logSink, artifactLinks },
      telemetry: () => factory.settings.telemetry,
    }),
  ]
}
