// The route of the Slack mock. A real Alertmanager is its client in alertmanager.test.mjs.
export const coverage = [
  { route: 'POST /services/{team}/{app}/{token}', call: 'Alertmanager: slack_configs', test: 'a message and what is none' },
];
