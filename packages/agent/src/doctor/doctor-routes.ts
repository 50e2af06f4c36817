/** What the running agent finds of itself, over the local API. */
import type { Line } from '../connection/line.ts'
import type { IntegrityWatch } from '../integrity/integrity-watch.ts'
import type { LocalRoute } from '../local-api/route.ts'
import type { UpdateRun } from '../run/update-run.ts'
import { type Running, runningChecks } from './running-checks.ts'
import { toldFindings } from './told-findings.ts'

export interface DoctorParts {
  readonly run: Pick<UpdateRun, 'view'>
  readonly line: Pick<Line, 'standing' | 'lastContact'>
  readonly integrity: Pick<IntegrityWatch, 'status'>
}

export function doctorRoutes(parts: DoctorParts): LocalRoute[] {
  return [
    {
      method: 'GET',
      path: '/1/doctor',
      summary:
        'What the running agent finds wrong of itself; the command doctor looks at the rest.',
      // Which files are damaged is for whoever looks after the device.
      forPage: false,
      answer: async () => {
        const running = runningOf(parts)
        const examined = runningChecks.map((check) => ({ check, ...check.look(running) }))
        return { json: toldFindings(examined) }
      },
    },
  ]
}

function runningOf({ run, line, integrity }: DoctorParts): Running {
  const { now, settings } = run.view()
  const { remoteManagement, pageLocalNetwork } = settings
  return {
    ...{ now, remoteManagement, pageLocalNetwork },
    ...{ line: line.standing, lastServerContact: line.lastContact },
    integrity: integrity.status(),
  }
}
