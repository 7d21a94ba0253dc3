import django.db.models.deletion
import gridward.gpkg.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('districts', '0001_districts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('at', models.DateTimeField()),
                ('error', models.CharField(blank=True, help_text='why its last round failed; no personal data', max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=60)),
                ('step_id', models.BigIntegerField()),
                ('handler', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('parked', 'Parked')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='delivery_waiting'), models.Index(condition=models.Q(('state', 'parked')), fields=['district', 'due_at'], name='delivery_parked')],
                'constraints': [models.UniqueConstraint(fields=('table', 'step_id', 'handler'), name='delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('file_name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('applied', 'Applied'), ('undone', 'Undone')], default='applied', max_length=10)),
                ('report', models.JSONField(default=dict)),
                ('recorded_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(fields=['district', 'kind', 'recorded_at'], name='batch_kind')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('stopped', 'Stopped'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('progress', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('cursor', models.JSONField(default=dict)),
                ('message', models.TextField(blank=True)),
                ('is_stop_asked', models.BooleanField(default=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='times a process took it up')),
                ('recorded_at', models.DateTimeField()),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'recorded_at'], name='run_state')],
            },
        ),
    ]
