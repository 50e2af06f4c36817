/** What every act of the story is told with. */
import type { Hand } from '../firmware-samples/manufacturer/hand.ts'
import { SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import type { Desk } from './desk.ts'
import type { DeviceView } from './fleet.ts'
import type { StoryFolder } from './folder.ts'
import type { Ports } from './free-ports.ts'
import type { OperatorApi } from './operator-api.ts'

export interface Telling {
  readonly folder: StoryFolder
  readonly ports: Ports
  readonly api: OperatorApi
  /** Offline keys and what they sign. */
  readonly desk: Desk
  /** All else the manufacturer does. */
  readonly hand: Hand
  tell(this: void, sentence: string): void
  /** Shows the devices meanwhile; an error of `isSo` is a no. */
  until(
    this: void,
    what: string,
    isSo: (views: readonly DeviceView[]) => boolean | Promise<boolean>,
  ): Promise<void>
}

export const OF = ['--product', SAMPLE_PRODUCT] as const
