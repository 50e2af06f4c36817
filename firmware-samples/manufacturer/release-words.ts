/** What a release of a sample says, as `fleetward release create` is told it. */
import type { BuiltSample } from '../build.ts'
import { SAMPLE_COMPATIBLE, SAMPLE_RELEASES } from '../samples.ts'

export function releaseWords({ version, path, sbomPath }: BuiltSample): readonly string[] {
  const { kind, securityCounter, base, fixes, advisories, notes } = SAMPLE_RELEASES[version]
  return [
    ...['--artifact', path, '--sbom', sbomPath, '--installer', 'slot-directory'],
    ...['--compatible', SAMPLE_COMPATIBLE, '--kind', kind, '--version', version],
    ...['--security-counter', String(securityCounter), '--notes', notes],
    ...(base === undefined ? [] : ['--base', base]),
    ...fixes.flatMap((fix) => ['--fixes', fix]),
    ...advisories.flatMap((advisory) => ['--advisory', advisory]),
  ]
}
