import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function FleetScreen() {
  return <Screen title={say('screens.fleet')} />
}
