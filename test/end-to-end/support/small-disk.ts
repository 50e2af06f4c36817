/**
 * A small disk under a device's data folder that needs no administrator: in memory, in a namespace of
 * its own, which the agent and its product see alone. It is gone when they end.
 */
import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FleetDevice } from './fleet-device.ts'
import { until } from './until.ts'

/** What the factory put on the device moves onto the disk; a filler leaves `freeKib` of it. */
const MOUNT = `
mount -t tmpfs -o "size=$1k,mode=0700" none "$3" || exit 1
cp -a "$4/." "$3" || exit 1
left=$(df -k "$3" | awk 'NR == 2 { print $4 }')
head -c "$(( (left - $2) * 1024 ))" /dev/zero > "$3/filler" || exit 1
agent=$$
(
  while kill -0 "$agent" 2>/dev/null && [ ! -e "$4.make-room" ]; do sleep 0.1; done
  rm "$3/filler" 2>/dev/null && : > "$4.room-made"
) &
shift 4
exec "$@"
`

export async function smallDisk(
  device: FleetDevice,
  { kib, freeKib }: { kib: number; freeKib: number },
): Promise<{ makeRoom(): Promise<void> }> {
  const factory = join(device.folder, 'factory-data')
  await rename(device.data, factory)
  await mkdir(device.data, { mode: 0o700 })
  device.wrapper = [
    ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT, 'small-disk'],
    ...[String(kib), String(freeKib), device.data, factory],
  ]
  return {
    makeRoom: async () => {
      await writeFile(`${factory}.make-room`, '')
      await until(
        () => existsSync(`${factory}.room-made`),
        () => 'the filler is gone',
      )
    },
  }
}
