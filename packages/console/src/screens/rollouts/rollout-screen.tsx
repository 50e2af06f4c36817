import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function RolloutScreen() {
  return <Screen title={say('screens.rollout')} />
}
