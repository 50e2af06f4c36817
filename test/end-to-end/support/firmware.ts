/** A product as small as one can be: a shell that sleeps, and a self-test that says what the test wants. */
import type { DeskRelease } from '../../../packages/server/test/support/desk.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { slotArtifact, text } from '../../support/slot-artifact.ts'

export interface FirmwarePlan {
  readonly version: string
  readonly kind?: 'security' | 'functionality'
  readonly securityCounter?: number
  readonly compatible?: readonly string[]
  /** `hangs`: until it is ended, and it ignores SIGTERM. */
  /** `needsRadio`: fails on a device whose product data holds a file `no-radio`. */
  readonly selfTest?: 'passes' | 'fails' | 'hangs' | 'needsRadio'
  /** Bytes that no compression makes smaller. */
  readonly ballastBytes?: number
}

/**
 * Leaves a mark when it is started while another one still runs: a slot's product must never be
 * there twice.
 */
const MAIN = `
cd "$FLEETWARD_DATA" || exit 1
if [ -e pid ]; then
  case $(ps -o stat=,args= -p "$(cat pid)") in
    Z*) ;; # ended, and nobody has looked yet
    *main.sh | *'sleep 1000000') echo "$$ beside $(cat pid)" >> doubled ;;
  esac
fi
echo $$ > pid
exec sleep 1000000
`

const SELF_TESTS = {
  passes: 'exit 0\n',
  fails: 'echo "the radio does not answer" >&2; exit 3\n',
  needsRadio: '[ ! -e "$FLEETWARD_DATA/no-radio" ] || exit 3\n',
  hangs: 'trap "" TERM\nwhile :; do sleep 1; done\n',
}

export function firmware(plan: FirmwarePlan): DeskRelease {
  const { version, kind = 'security', selfTest = 'passes', ballastBytes = 0 } = plan
  const files = [
    { path: 'ballast', bytes: ballast(ballastBytes, version) },
    { path: 'main.sh', bytes: text(MAIN) },
    { path: 'self-test.sh', bytes: text(SELF_TESTS[selfTest]) },
  ]
  const { bytes, release } = slotArtifact({
    ...{ product: PRODUCT, version, format: 'tar.zst', files },
    start: ['sh', 'main.sh'],
    selfTest: ['sh', 'self-test.sh'],
  })
  return {
    ...{ version, kind, artifact: bytes, installedSize: release.installedSize },
    ...(plan.securityCounter === undefined ? {} : { securityCounter: plan.securityCounter }),
    ...(plan.compatible === undefined ? {} : { compatible: plan.compatible }),
  }
}

/** The same for the same version: xorshift, which looks like noise to zstd. */
function ballast(bytes: number, version: string): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4))
  let state = Buffer.from(version).reduce((sum, byte) => sum * 31 + byte, 7) | 1
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[at] = state
  }
  return Buffer.from(words.buffer, 0, bytes)
}
