import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function DeviceScreen() {
  return <Screen title={say('screens.device')} />
}
