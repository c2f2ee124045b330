"""Which version serves: the gate, promotion and rollback, the bundled model, the model card."""
