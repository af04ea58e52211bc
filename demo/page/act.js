/** @import { Action } from '../actions.ts' */
/** @import { Done } from '../happenings.ts' */

/**
 * Does something in the simulated Feishu. Throws when the demo does not answer, or refuses.
 *
 * @param {Action} action
 * @returns {Promise<Done>}
 */
export async function act(action) {
  const answer = await fetch('do', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}
