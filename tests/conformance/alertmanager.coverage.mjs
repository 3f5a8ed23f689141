// The route of the receiver of Alertmanager's webhooks, and the test in which a real Alertmanager uses it.
export const coverage = [
  { route: 'POST /webhook', call: 'Alertmanager: webhook_configs', test: 'one group of two alerts: paged, told, notified, and all of it again when both are over' },
];
