import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function NewRolloutScreen() {
  return <Screen title={say('screens.newRollout')} />
}
