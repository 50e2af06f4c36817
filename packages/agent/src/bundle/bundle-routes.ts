/** An offline bundle over the local API; whoever brings one wants it installed now. */
import { RequestError } from '@fleetward/shared'
import type { LocalRoute } from '../local-api/route.ts'
import type { UpdateRun } from '../run/update-run.ts'
import type { BundleIntake } from './bundle-intake.ts'

export function bundleRoutes(run: UpdateRun, bundles: BundleIntake): LocalRoute[] {
  return [
    {
      method: 'PUT',
      path: '/1/bundle',
      summary: 'Takes an offline bundle, verifies it, and installs it now.',
      forPage: false,
      takesUpload: true,
      answer: async ({ upload, by }) => {
        if (upload === undefined) throw new RequestError('REQUEST_INVALID', { field: 'the body' })
        const { path, version } = await bundles.take(upload)
        await approve(run, path, by)
        return { json: { path, version } }
      },
    },
  ]
}

/** Unless it runs already, or something better is under way. */
async function approve(
  run: UpdateRun,
  path: string,
  by: Parameters<UpdateRun['decideAsOwner']>[1],
) {
  try {
    await run.decideAsOwner({ what: 'install', path }, by)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
  }
}
